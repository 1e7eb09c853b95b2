import {
  configFields,
  failpointFields,
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
      CATALOG_GRPC_PORT: configFields.port(50_052),
      MONGO_URI: mongoUri,
      /** The database is `${MONGO_DB_PREFIX}_catalog`. */
      MONGO_DB_PREFIX: configFields.mongoDbPrefix,
      /** The auth service, source of the keys that verify callers' tokens. */
      AUTH_ADDRESS: configFields.grpcTarget('dns:///localhost:50051'),
      CATALOG_CLIENT_SECRET: configFields.secret,
      ...configFields.metricsFields,
      /** Interval between checks of the periodic audit, in seconds; 0 disables it. */
      AUDIT_INTERVAL_SECONDS: configFields.seconds({ min: 0, max: 86_400, fallback: 60 }),
      ...retentionFields,
    }),
  ),
);

export type CatalogConfig = z.output<typeof configSchema>;
