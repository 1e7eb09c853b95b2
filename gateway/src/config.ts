import {
  configFields,
  failpointFields,
  tlsFields,
  tlsTogether,
  tracingFields,
  wholeNumber,
} from '@flashreserve/ops';
import { z } from 'zod';
import { limitFields } from './limits/config';

const httpUrl = z.url({
  protocol: /^https?$/,
  error: 'must be an http:// or https:// address',
});

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
    PORT: configFields.port(3000),
    AUTH_ADDRESS: configFields.grpcTarget('dns:///localhost:50051'),
    CATALOG_ADDRESS: configFields.grpcTarget('dns:///localhost:50052'),
    RESERVATION_ADDRESS: configFields.grpcTarget('dns:///localhost:50053'),
    /** Base URL of expiry-worker, which serves the queue dashboard. */
    WORKER_URL: httpUrl.default('http://localhost:3100'),
    /** Secret of the service client `gateway`. */
    GATEWAY_CLIENT_SECRET: configFields.secret,
    /** Origins whose pages may use the API from a browser. */
    CORS_ORIGINS: corsOrigins,
    /** Serves Swagger UI and the OpenAPI document. */
    API_DOCS: configFields.devSwitch,
    /** Serves the queue dashboard and its sign-in page. */
    QUEUE_DASHBOARD: configFields.devSwitch,
    ...configFields.metricsFields,
    /** Public base URL of the gateway; makes the `type` of problems absolute. */
    PUBLIC_URL: httpUrl.transform((url) => url.replace(/\/+$/, '')).optional(),
    /** Number of proxies in front of the gateway whose `X-Forwarded-*` headers are trusted. */
    TRUST_PROXY_HOPS: wholeNumber({ min: 0, max: 10 }).default(0),
    /** Whether requests are logged at level `info`; otherwise at `debug`. */
    LOG_REQUESTS: z.enum(['true', 'false'], 'must be true or false').default('true'),
    /**
     * Whether the live sale page is served at `/live`; on in production too, as it is for buyers.
     */
    LIVE_PAGE: z.enum(['true', 'false'], 'must be true or false').default('true'),
    /** How long a sold-out response is reused, in milliseconds; 0 disables reuse. */
    SOLD_OUT_REUSE_MS: wholeNumber({ min: 0, max: 100, of: 'milliseconds' }).default(100),
  }),
);

export type GatewayConfig = Readonly<z.output<typeof configSchema>>;
