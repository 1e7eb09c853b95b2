import { configFields, tlsFields, tlsTogether } from '@flashreserve/platform/config';
import { failpointFields } from '@flashreserve/platform/failpoints';
import { tracingFields } from '@flashreserve/platform/tracing';
import { z } from 'zod';
import { limitFields } from './limits/config';

const httpUrl = z.url({
  protocol: /^https?$/,
  error: 'must be an http:// or https:// address',
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
    /** Where expiry-worker serves the dashboard of its queue. */
    WORKER_URL: httpUrl.default('http://localhost:3100'),
    /** Secret of the service client `gateway`. */
    GATEWAY_CLIENT_SECRET: configFields.secret,
    METRICS_PORT: configFields.metricsPort,
    /** Address that clients know the gateway by; makes the `type` of problems absolute. */
    PUBLIC_URL: httpUrl.transform((url) => url.replace(/\/+$/, '')).optional(),
    /** Proxies in front of the gateway whose `X-Forwarded-*` headers are believed. */
    TRUST_PROXY_HOPS: z.coerce
      .number('must be a number')
      .int('must be a whole number')
      .min(0)
      .max(10)
      .default(0),
    /** Whether the live sale page is served at `/live`. */
    LIVE_PAGE: z.enum(['on', 'off']).default('on'),
    /** How long a "sold out" may be given again, in milliseconds; 0 asks the services each time. */
    SOLD_OUT_REUSE_MS: z.coerce
      .number('must be a number of milliseconds')
      .int('must be a whole number of milliseconds')
      .min(0)
      .max(100)
      .default(100),
  }),
);

export type GatewayConfig = Readonly<z.output<typeof configSchema>>;
