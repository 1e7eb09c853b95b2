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

/** Client identity, and the DNS name that the server's certificate must have. */
export interface TlsClientOptions {
  readonly tls: MutualTls | undefined;
  /** For example `catalog`. Applies to every address, so a target may be a list of IP addresses. */
  readonly serverName: string;
}

const MIN_VERSION = 'TLSv1.3';
/** TLS handshake timeout: silent connections must not accumulate or delay a shutdown. */
const HANDSHAKE_TIMEOUT_MS = 5_000;

/**
 * Reads the configured files once; a new certificate takes effect after a restart.
 *
 * @returns undefined when nothing is set: gRPC is then unencrypted
 * @throws ConfigError that names files which are missing, unreadable or do not match
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

/** `ServerCredentials.createSsl` cannot set the minimum TLS version. */
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

/** Accepts only clients with a certificate of our CA; without `tls`, any client in plaintext. */
export const createServerCredentials = (tls: MutualTls | undefined): ServerCredentials =>
  tls === undefined ? ServerCredentials.createInsecure() : new MutualTlsServerCredentials(tls);

/** Trusts only our CA and presents the component's certificate; without `tls`, plaintext. */
export const createChannelCredentials = (tls: MutualTls | undefined): ChannelCredentials =>
  tls === undefined
    ? credentials.createInsecure()
    : credentials.createFromSecureContext(createSecureContext({ ...tls, minVersion: MIN_VERSION }));

/** Checks the server certificate against `serverName`, regardless of the address. */
export const toTlsChannelOptions = ({ tls, serverName }: TlsClientOptions): ChannelOptions =>
  tls === undefined ? {} : { 'grpc.ssl_target_name_override': serverName };
