import { z } from 'zod';

const path = z.string().min(1).optional();

/** Paths of PEM files for mutual TLS between components: all three, or none for plain text on a private network. */
export const tlsFields = {
  /** This component's certificate, for servers and clients, with its DNS name; further ones up to the authority. */
  GRPC_TLS_CERT: path,
  /** The certificate's private key. */
  GRPC_TLS_KEY: path,
  /** Certificates of the authority that signs all components' certificates. Nothing else is trusted. */
  GRPC_TLS_CA: path,
};

export interface TlsSettings {
  readonly GRPC_TLS_CERT?: string | undefined;
  readonly GRPC_TLS_KEY?: string | undefined;
  readonly GRPC_TLS_CA?: string | undefined;
}

export const TLS_VARIABLES = ['GRPC_TLS_CERT', 'GRPC_TLS_KEY', 'GRPC_TLS_CA'] as const;

/** Wants all of the three variables or none, and says so together with everything else that is wrong. */
export const tlsTogether = <Schema extends z.ZodType<TlsSettings>>(schema: Schema): Schema =>
  schema.refine(
    (settings) => {
      const set = TLS_VARIABLES.filter((name) => settings[name] !== undefined);
      return set.length === 0 || set.length === TLS_VARIABLES.length;
    },
    {
      path: ['GRPC_TLS_CERT'],
      message: 'and GRPC_TLS_KEY and GRPC_TLS_CA must be set together',
      when: () => true,
    },
  );
