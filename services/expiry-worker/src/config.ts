import {
  configFields,
  failpointFields,
  setting,
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
    WORKER_HTTP_PORT: configFields
      .port(3100)
      .meta(
        setting('addresses', 'Port of expiry-worker outside containers.', { inContainers: false }),
      ),
    REDIS_URL: configFields.redisUrl,
    REDIS_PREFIX: configFields.redisPrefix,
    AUTH_ADDRESS: configFields.grpcTarget('dns:///localhost:50051'),
    CATALOG_ADDRESS: configFields.grpcTarget('dns:///localhost:50052'),
    RESERVATION_ADDRESS: configFields
      .grpcTarget('dns:///localhost:50053')
      .meta(
        setting('addresses', 'gRPC target of reservation.', { example: '', inContainers: false }),
      ),
    EXPIRY_WORKER_CLIENT_SECRET: configFields.secret.meta(
      setting('secrets', 'Required. The same for expiry-worker.', { inContainers: false }),
    ),
    QUEUE_DASHBOARD: configFields.devSwitch.meta(
      setting(
        'diagnostics',
        'The queue dashboard at /admin/queues and its sign-in page, for administrators. Read by the gateway and expiry-worker.',
      ),
    ),
    DASHBOARD_MAY_CHANGE_QUEUE: z
      .enum(['true', 'false'], 'must be true or false')
      .default('false')
      .meta(
        setting(
          'diagnostics',
          'Whether the queue dashboard may change the queue (retry, promote, remove and add jobs, pause it) instead of only showing it. Read by expiry-worker. Empty: false, with `npm start` too.',
          { example: '' },
        ),
      ),
    ...configFields.metricsFields,
    SWEEP_INTERVAL_SECONDS: configFields
      .seconds({ min: 1, max: 3_600, fallback: 30 })
      .meta(
        setting(
          'sale',
          'Interval between sweeps for overdue holds, in seconds, 1 to 3600. A hold is released at the latest this long after its expiry.',
        ),
      ),
  }),
);

export type WorkerConfig = Readonly<z.output<typeof configSchema>>;
