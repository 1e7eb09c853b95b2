import { createSecureContext } from 'node:tls';
import {
  ConfigError,
  readTlsFiles,
  type TlsFiles,
  type TlsSettings,
  toConfigError,
} from '@flashreserve/ops';
import {
  type ChannelCredentials,
  type ChannelOptions,
  credentials,
  ServerCredentials,
} from '@grpc/grpc-js';

export type MutualTls = TlsFiles;

/** How a client reaches a server: with this identity, and only one whose certificate has this DNS name. */
export interface TlsClientOptions {
  readonly tls: MutualTls | undefined;
  /** For example `catalog`. The same for every address, so that a target may also be a list of IP addresses. */
  readonly serverName: string;
}

const MIN_VERSION = 'TLSv1.3';
/** A connection that is not ready by then is cut off, so that silent ones cannot pile up or hold up a stop. */
const HANDSHAKE_TIMEOUT_MS = 5_000;

/**
 * Reads the files that the settings name, once; a new certificate is used after a restart.
 *
 * @returns undefined when nothing is set: gRPC is then not encrypted
 * @throws ConfigError that names what is missing, cannot be read, or does not fit together
 */
export const readMutualTls = (settings: TlsSettings): MutualTls | undefined => {
  const { GRPC_TLS_CERT, GRPC_TLS_KEY, GRPC_TLS_CA } = settings;
  if (!GRPC_TLS_CERT || !GRPC_TLS_KEY || !GRPC_TLS_CA) {
    if (!GRPC_TLS_CERT && !GRPC_TLS_KEY && !GRPC_TLS_CA) return undefined;
    throw new ConfigError('GRPC_TLS_CERT, GRPC_TLS_KEY and GRPC_TLS_CA must be set together.');
  }
  const files = readTlsFiles({ GRPC_TLS_CERT, GRPC_TLS_KEY, GRPC_TLS_CA });
  if (files === undefined || 'cert' in files) return files;
  throw toConfigError(files);
};

/** `ServerCredentials.createSsl` cannot set the oldest version of TLS that is spoken. */
class MutualTlsServerCredentials extends ServerCredentials {
  constructor({ cert, key, ca }: MutualTls) {
    super(
      {
        requestCert: true,
        rejectUnauthorized: true,
        minVersion: MIN_VERSION,
        handshakeTimeout: HANDSHAKE_TIMEOUT_MS,
      },
      { cert, key, ca, minVersion: MIN_VERSION },
    );
  }

  override _equals(other: ServerCredentials): boolean {
    return this === other;
  }
}

/** Takes only clients with a certificate of the authority; without `tls` everybody, in plain text. */
export const createServerCredentials = (tls: MutualTls | undefined): ServerCredentials =>
  tls === undefined ? ServerCredentials.createInsecure() : new MutualTlsServerCredentials(tls);

/** Trusts only the authority, and shows the component's own certificate; without `tls` plain text. */
export const createChannelCredentials = (tls: MutualTls | undefined): ChannelCredentials =>
  tls === undefined
    ? credentials.createInsecure()
    : credentials.createFromSecureContext(createSecureContext({ ...tls, minVersion: MIN_VERSION }));

/** Makes the channel look for the server's name in its certificate, whatever address it was reached at. */
export const toTlsChannelOptions = ({ tls, serverName }: TlsClientOptions): ChannelOptions =>
  tls === undefined ? {} : { 'grpc.ssl_target_name_override': serverName };
