import {
  configFields,
  failpointFields,
  setting,
  tlsFields,
  tlsTogether,
  tracingFields,
} from '@flashreserve/ops';
import { mongoUri, retentionFields, retentionTogether } from '@flashreserve/store';
import { z } from 'zod';

/** Environment variables of catalog. */
export const configSchema = retentionTogether(
  tlsTogether(
    z.object({
      ...configFields.logFields,
      ...tlsFields,
      ...failpointFields,
      ...tracingFields,
      ...configFields.drainFields,
      ...configFields.clockFields,
      /** Enables gRPC server reflection. */
      GRPC_REFLECTION: configFields.devSwitch,
      /** Address to listen on. */
      HOST: z.string().min(1).default('0.0.0.0'),
      CATALOG_GRPC_PORT: configFields
        .port(50_052)
        .meta(setting('addresses', 'Port of catalog outside containers.', { inContainers: false })),
      MONGO_URI: mongoUri,
      /** The database is `${MONGO_DB_PREFIX}_catalog`. */
      MONGO_DB_PREFIX: configFields.mongoDbPrefix,
      /** The auth service, source of the keys that verify callers' tokens. */
      AUTH_ADDRESS: configFields.grpcTarget('dns:///localhost:50051'),
      CATALOG_CLIENT_SECRET: configFields.secret.meta(
        setting(
          'secrets',
          'Required. Secret with which catalog authenticates to auth. At least 32 characters.',
          { inContainers: false },
        ),
      ),
      ...configFields.metricsFields,
      AUDIT_INTERVAL_SECONDS: configFields
        .seconds({ min: 0, max: 86_400, fallback: 60 })
        .meta(
          setting(
            'diagnostics',
            "Pause between two pages of products in catalog's periodic audit, in seconds, 0 to 86400; 0 turns it off.",
          ),
        ),
      ...retentionFields,
    }),
  ),
);

export type CatalogConfig = z.output<typeof configSchema>;
