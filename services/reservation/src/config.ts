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
      GRPC_REFLECTION: configFields.devSwitch.meta(
        setting(
          'diagnostics',
          'gRPC server reflection, with which tools list the RPCs of auth, catalog and reservation.',
        ),
      ),
      HOST: z
        .string()
        .min(1)
        .default('0.0.0.0')
        .meta(
          setting(
            'addresses',
            'Bind address of the components. `npm start` uses 127.0.0.1, containers 0.0.0.0.',
            { example: '', inContainers: false },
          ),
        ),
      RESERVATION_GRPC_PORT: configFields
        .port(50_053)
        .meta(
          setting('addresses', 'Port of reservation outside containers.', { inContainers: false }),
        ),
      MONGO_URI: mongoUri.meta(
        setting(
          'stores',
          'MongoDB 7 or newer, as replica set or sharded cluster (for transactions). Empty: `npm start` starts a private one.',
          { inContainers: false },
        ),
      ),
      MONGO_DB_PREFIX: configFields.mongoDbPrefix.meta(
        setting(
          'stores',
          'Prefix of the database names, so that several stacks can share a server.',
        ),
      ),
      REDIS_URL: configFields.redisUrl.meta(
        setting(
          'stores',
          'Redis 7 or newer with appendonly and noeviction. Empty: `npm start` starts a private one. Gateways share their login and registration counters in it; without it each one counts for itself.',
          { inContainers: false },
        ),
      ),
      REDIS_PREFIX: configFields.redisPrefix.meta(
        setting('stores', 'Prefix of the keys in Redis.'),
      ),
      AUTH_ADDRESS: configFields
        .grpcTarget('dns:///localhost:50051')
        .meta(
          setting(
            'addresses',
            'gRPC target of auth: dns:///name:port (calls are spread over all its addresses) or ipv4:address:port,address:port. Set by `npm start` and docker compose, like the following three.',
            { example: '', inContainers: false },
          ),
        ),
      CATALOG_ADDRESS: configFields
        .grpcTarget('dns:///localhost:50052')
        .meta(
          setting('addresses', 'gRPC target of catalog.', { example: '', inContainers: false }),
        ),
      RESERVATION_CLIENT_SECRET: configFields.secret.meta(
        setting('secrets', 'Required. The same for reservation.', { inContainers: false }),
      ),
      ...configFields.metricsFields,
      RESERVATION_TTL_SECONDS: configFields
        .seconds({ min: 1, max: 86_400, fallback: 600 })
        .meta(
          setting(
            'sale',
            'Time that an unconfirmed reservation holds its units, in seconds, 1 to 86400.',
          ),
        ),
      MAX_HOLD_SECONDS: configFields
        .seconds({ min: 1, max: 86_400, fallback: 3_600 })
        .meta(
          setting(
            'sale',
            'Longest time from the creation of a reservation to its expiry, by `holdSeconds` or extensions, in seconds, 1 to 86400. Never less than RESERVATION_TTL_SECONDS.',
          ),
        ),
      PAYMENT_GRACE_SECONDS: configFields
        .seconds({ min: 0, max: 86_400, fallback: 0 })
        .meta(
          setting(
            'sale',
            'Time after `expiresAt` in which the units stay held and API clients, but not customers, can still confirm, in seconds, 0 to 86400.',
          ),
        ),
      CONFIRM_BY: configFields.confirmBy,
      OPEN_HOLDS_PER_USER: configFields
        .limit(0, 1_000)
        .meta(setting('limits', 'Pending reservations per user, 0 to 1000.')),
      ...retentionFields,
    }),
  ),
);

export type ReservationConfig = Readonly<z.output<typeof configSchema>>;
