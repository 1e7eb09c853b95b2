import { z } from 'zod';
import { setting } from './setting';

const path = z.string().min(1).optional();

/** Paths of PEM files for mutual TLS between components: all three, or none for plaintext gRPC. */
export const tlsFields = {
  GRPC_TLS_CERT: path.meta(
    setting('tls', "A component's certificate, as the path of a PEM file. See docs/security.md.", {
      inContainers: false,
    }),
  ),
  GRPC_TLS_KEY: path.meta(setting('tls', 'Its private key.', { inContainers: false })),
  GRPC_TLS_CA: path.meta(
    setting('tls', 'Certificates of the CA that signs the certificates of all components.', {
      inContainers: false,
    }),
  ),
};

export interface TlsSettings {
  readonly GRPC_TLS_CERT?: string | undefined;
  readonly GRPC_TLS_KEY?: string | undefined;
  readonly GRPC_TLS_CA?: string | undefined;
}

export const TLS_VARIABLES = ['GRPC_TLS_CERT', 'GRPC_TLS_KEY', 'GRPC_TLS_CA'] as const;

/** Requires all three variables or none; reported together with all other problems. */
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
