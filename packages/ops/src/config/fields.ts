import { z } from 'zod';
import { wholeNumber } from './numbers';
import { setting } from './setting';

export { devSwitch, nodeEnv } from './switches';

/** Configuration fields shared by several components. */

const portNumber = wholeNumber({ min: 0, max: 65_535, minMeans: 'any free port' });

export const port = (fallback: number) => portNumber.default(fallback);

/** A whole number of seconds. */
export const seconds = (options: {
  readonly min: number;
  readonly max: number;
  readonly fallback: number;
}) => wholeNumber({ ...options, of: 'seconds' }).default(options.fallback);

/** Maximum per window; 0 disables the limit. */
export const limit = (fallback: number, max = 1_000_000_000) =>
  wholeNumber({ min: 0, max, minMeans: 'off' }).default(fallback);

const REDIS_SCHEME = /^rediss?:\/\//;

/** An unescaped "/" would end the password early, and the client would leak the rest to DNS. */
export const redisUrl = z
  .string('is required')
  .regex(REDIS_SCHEME, 'must start with redis:// or rediss://')
  .refine(
    (url) => !REDIS_SCHEME.test(url) || URL.canParse(url),
    'is not a valid URL: percent-encode special characters in the password',
  );

export const httpUrl = z.url({
  protocol: /^https?$/,
  error: 'must be an http:// or https:// address',
});

/** Base URL of the gateway as its users see it, without a slash at its end. */
export const publicUrl = httpUrl
  .transform((url) => url.replace(/\/+$/, ''))
  .optional()
  .meta(
    setting(
      'addresses',
      'Public base URL of the gateway, for the links in errors and mails. Empty: links are relative, and auth sends no mail.',
    ),
  );

/** A gRPC target, for example `dns:///catalog:50052` or `ipv4:127.0.0.1:50052,127.0.0.1:50062`. */
export const grpcTarget = (fallback: string) => z.string().min(1).default(fallback);

/** Prefix of database names; lets several stacks share one server. */
export const mongoDbPrefix = z
  .string()
  .regex(/^[a-zA-Z0-9_-]{1,32}$/, 'must be 1 to 32 letters, digits, "_" or "-"')
  .default('flashreserve');

/** Prefix of all Redis keys; lets several stacks share one server. */
export const redisPrefix = mongoDbPrefix;

/** Long enough to resist guessing; never has a default. */
export const secret = z
  .string('is required')
  .min(32, 'must have at least 32 characters')
  .max(1024, 'must have at most 1024 characters');

const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;

export const logFields = {
  LOG_LEVEL: z
    .enum(LOG_LEVELS, `must be one of ${LOG_LEVELS.join(', ')}`)
    .default('info')
    .meta(setting('logs', 'trace, debug, info, warn, error, fatal or silent.')),
  LOG_FORMAT: z
    .enum(['json', 'text'], 'must be json or text')
    .default('json')
    .meta(
      setting('logs', 'json or text. `npm start` writes text, containers JSON.', { example: '' }),
    ),
};

/** Who may confirm reservations. The reservation service decides it; the gateway tells buyers. */
export const confirmBy = z
  .enum(['customer', 'backend'], 'must be customer or backend')
  .default('customer')
  .meta(
    setting(
      'sale',
      'Who may confirm reservations: customer (the buyer, or an API client) or backend (only API clients with the scope reservations:confirm and services, after the payment). The same for reservation and the gateway.',
    ),
  );

/**
 * How long a stopping component reports "not ready" but still accepts requests, so that load
 * balancers can react. Added to the time that in-flight requests need to finish.
 */
export const drainFields = {
  DRAIN_WAIT_MS: wholeNumber({ min: 0, max: 60_000, of: 'milliseconds' })
    .default(500)
    .meta(
      setting(
        'addresses',
        'Time that a stopping component reports "not ready" but still accepts requests, until load balancers notice; in milliseconds, 0 to 60000. It ends at the latest 20 s after that: with docker compose raise stop_grace_period for values above 4000.',
      ),
    ),
};

/** Maximum difference between a component's clock and its store's before it refuses calls. */
export const clockFields = {
  CLOCK_SKEW_MAX_MS: wholeNumber({
    min: 0,
    max: 60_000,
    of: 'milliseconds',
    minMeans: 'off',
  })
    .default(5_000)
    .meta(
      setting(
        'diagnostics',
        "Tolerated clock difference between catalog or reservation and MongoDB's primary, in milliseconds, 0 (off) to 60000. Beyond it that instance is not ready and responds 503 CLOCK_SKEW instead of deciding by a wrong clock.",
      ),
    ),
};

/** Metrics are for the internal network only; nothing is served without a port. */
export const metricsFields = {
  METRICS_PORT: portNumber
    .optional()
    .meta(
      setting(
        'diagnostics',
        "Port of a component's Prometheus metrics and health (/healthz, /readyz). Internal network only: they need no authentication. Empty: not served. Containers always serve them on 9464, for their health check. Components on one host each need a port of their own: `npm start` uses this one (default 9464) and the following ones.",
        { inContainers: false },
      ),
    ),
  METRICS_HOST: z
    .string()
    .min(1)
    .optional()
    .meta(
      setting(
        'diagnostics',
        'Bind address of the metrics. Empty: HOST; with `npm start` 127.0.0.1.',
        { inContainers: false },
      ),
    ),
};
