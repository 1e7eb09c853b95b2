import {
  configFields,
  failpointFields,
  processCount,
  setting,
  tlsFields,
  tlsTogether,
  tracingFields,
  wholeNumber,
} from '@flashreserve/ops';
import { z } from 'zod';
import { limitFields } from './limits/config';

/** Whether the text is an `Origin` as sent by browsers: scheme, host, and port unless default. */
const isOrigin = (text: string): boolean =>
  /^https?:[^*]+$/.test(text) && URL.canParse(text) && new URL(text).origin === text;

const corsOrigins = z
  .string()
  .default('')
  .transform((text, context): readonly string[] => {
    const origins = text
      .split(',')
      .map((part) => part.trim())
      .filter((part) => part !== '');
    for (const [index, origin] of origins.entries()) {
      if (isOrigin(origin)) continue;
      const message = 'is not an origin such as https://shop.example';
      context.addIssue({ code: 'custom', path: [index], message, input: undefined });
    }
    return origins;
  });

/** The gateway's environment. */
export const configSchema = tlsTogether(
  z.object({
    ...configFields.logFields,
    ...tlsFields,
    ...failpointFields,
    ...tracingFields,
    ...configFields.drainFields,
    ...limitFields,
    /** Address that the server binds to. */
    HOST: z.string().min(1).default('0.0.0.0'),
    PORT: configFields
      .port(3000)
      .meta(setting('addresses', 'Port of the REST interface.', { inContainers: false })),
    GATEWAY_PROCESSES: processCount().meta(
      setting(
        'addresses',
        'Number of processes of one gateway that share its port: 1 to 64, or `auto`, one per core of the machine. They share the limits of the gateway, but each has its own heap (HEAP_MB): see docs/limits.md for the memory of a container.',
      ),
    ),
    AUTH_ADDRESS: configFields.grpcTarget('dns:///localhost:50051'),
    CATALOG_ADDRESS: configFields.grpcTarget('dns:///localhost:50052'),
    RESERVATION_ADDRESS: configFields.grpcTarget('dns:///localhost:50053'),
    WORKER_URL: configFields.httpUrl
      .default('http://localhost:3100')
      .meta(
        setting(
          'addresses',
          "Base URL of expiry-worker's internal HTTP port, for the queue dashboard.",
          { example: '', inContainers: false },
        ),
      ),
    GATEWAY_CLIENT_SECRET: configFields.secret.meta(
      setting('secrets', 'Required. The same for the gateway.', { inContainers: false }),
    ),
    CORS_ORIGINS: corsOrigins.meta(
      setting(
        'addresses',
        'Origins allowed to use the REST interface from a browser, as `https://shop.example,http://localhost:5173`: scheme, host, and the port unless it is the default. Empty: none. There is no wildcard.',
      ),
    ),
    API_DOCS: configFields.devSwitch.meta(
      setting('diagnostics', 'Swagger UI at /api-docs and the OpenAPI document at /openapi.json.'),
    ),
    /** Serves the queue dashboard and its sign-in page. */
    QUEUE_DASHBOARD: configFields.devSwitch,
    ...configFields.metricsFields,
    PUBLIC_URL: configFields.publicUrl,
    TRUST_PROXY_HOPS: wholeNumber({ min: 0, max: 10 })
      .default(0)
      .meta(
        setting(
          'addresses',
          'Number of trusted proxies in front of the gateway that append to X-Forwarded-For. Empty: 0 (none trusted); with docker compose 1, its own load balancer. With a TLS proxy in front of that it must be 2, or all clients share one address.',
          { example: '' },
        ),
      ),
    LOG_REQUESTS: z
      .enum(['true', 'false'], 'must be true or false')
      .default('true')
      .meta(
        setting(
          'logs',
          'Whether the gateway logs each request (without body and query): true or false. Empty: true, but false with `npm start`.',
          { example: '' },
        ),
      ),
    CONFIRM_BY: configFields.confirmBy,
    LIVE_PAGE: z
      .enum(['true', 'false'], 'must be true or false')
      .default('true')
      .meta(setting('sale', 'The live sale page at /live: true or false.')),
    SOLD_OUT_REUSE_MS: wholeNumber({ min: 0, max: 100, of: 'milliseconds' })
      .default(100)
      .meta(
        setting(
          'sale',
          'Time for which the gateway may reuse a "sold out" answer, in milliseconds, 0 to 100; 0 disables reuse. Released units can be reserved again at the latest after this time.',
        ),
      ),
    PRODUCTS_REUSE_MS: wholeNumber({ min: 0, max: 1_000, of: 'milliseconds' })
      .default(100)
      .meta(
        setting(
          'sale',
          'Time for which the gateway may reuse an answer to GET /products (first page) or GET /products/{productId}, in milliseconds, 0 to 1000; 0 disables reuse. Stock and prices that buyers read are at most this old; reserving always decides by the real stock.',
        ),
      ),
  }),
);

export type GatewayConfig = Readonly<z.output<typeof configSchema>>;
