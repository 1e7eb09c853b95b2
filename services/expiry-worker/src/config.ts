import {
  configFields,
  failpointFields,
  tlsFields,
  tlsTogether,
  tracingFields,
} from '@flashreserve/ops';
import { z } from 'zod';

/** The environment of the expiry worker. */
export const configSchema = tlsTogether(
  z.object({
    ...configFields.logFields,
    ...tlsFields,
    ...failpointFields,
    ...tracingFields,
    HOST: z.string().min(1).default('0.0.0.0'),
    WORKER_HTTP_PORT: configFields.port(3100),
    REDIS_URL: configFields.redisUrl,
    REDIS_PREFIX: configFields.redisPrefix,
    AUTH_ADDRESS: configFields.grpcTarget('dns:///localhost:50051'),
    CATALOG_ADDRESS: configFields.grpcTarget('dns:///localhost:50052'),
    RESERVATION_ADDRESS: configFields.grpcTarget('dns:///localhost:50053'),
    EXPIRY_WORKER_CLIENT_SECRET: configFields.secret,
    /** Serves the dashboard of the queue to the gateway. */
    QUEUE_DASHBOARD: configFields.devSwitch,
    /**
     * Whether the dashboard may change the queue: retry, promote, remove and add jobs, pause it.
     */
    DASHBOARD_MAY_CHANGE_QUEUE: z.enum(['true', 'false'], 'must be true or false').default('false'),
    ...configFields.metricsFields,
    SWEEP_INTERVAL_SECONDS: configFields.seconds({ min: 1, max: 3_600, fallback: 30 }),
  }),
);

export type WorkerConfig = Readonly<z.output<typeof configSchema>>;
