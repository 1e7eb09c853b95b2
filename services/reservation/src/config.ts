import {
  configFields,
  failpointFields,
  tlsFields,
  tlsTogether,
  tracingFields,
} from '@flashreserve/ops';
import { mongoUri, retentionFields, retentionTogether } from '@flashreserve/store';
import { z } from 'zod';

/** Environment variables of reservation. */
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
      RESERVATION_GRPC_PORT: configFields.port(50_053),
      MONGO_URI: mongoUri,
      MONGO_DB_PREFIX: configFields.mongoDbPrefix,
      REDIS_URL: configFields.redisUrl,
      REDIS_PREFIX: configFields.redisPrefix,
      AUTH_ADDRESS: configFields.grpcTarget('dns:///localhost:50051'),
      CATALOG_ADDRESS: configFields.grpcTarget('dns:///localhost:50052'),
      RESERVATION_CLIENT_SECRET: configFields.secret,
      ...configFields.metricsFields,
      /** How long a reservation is held before it expires, in seconds. */
      RESERVATION_TTL_SECONDS: configFields.seconds({ min: 1, max: 86_400, fallback: 600 }),
      /** Maximum pending reservations per customer; 0 means no limit. */
      OPEN_HOLDS_PER_USER: configFields.limit(0, 1_000),
      ...retentionFields,
    }),
  ),
);

export type ReservationConfig = Readonly<z.output<typeof configSchema>>;
