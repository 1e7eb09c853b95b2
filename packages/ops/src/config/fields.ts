import { z } from 'zod';
import { wholeNumber } from './numbers';

export { devSwitch, nodeEnv } from './switches';

/** Configuration fields that more than one component reads, each defined once. */

const portNumber = wholeNumber({ min: 0, max: 65_535, minMeans: 'any free port' });

export const port = (fallback: number) => portNumber.default(fallback);

/** A whole number of seconds. */
export const seconds = (options: {
  readonly min: number;
  readonly max: number;
  readonly fallback: number;
}) => wholeNumber({ ...options, of: 'seconds' }).default(options.fallback);

/** What may be done in one window; 0 turns the limit off. */
export const limit = (fallback: number, max = 1_000_000_000) =>
  wholeNumber({ min: 0, max, minMeans: 'off' }).default(fallback);

const REDIS_SCHEME = /^rediss?:\/\//;

/** Without the check a client would take a "/" in a password for the end of it, and tell the rest to DNS. */
export const redisUrl = z
  .string('is required')
  .regex(REDIS_SCHEME, 'must start with redis:// or rediss://')
  .refine(
    (url) => !REDIS_SCHEME.test(url) || URL.canParse(url),
    'cannot be read: percent-encode what is special in the password',
  );

/** A gRPC target, for example `dns:///catalog:50052` or `ipv4:127.0.0.1:50052,127.0.0.1:50062`. */
export const grpcTarget = (fallback: string) => z.string().min(1).default(fallback);

/** Prefix of database names, so that several stacks can share one server. */
export const mongoDbPrefix = z
  .string()
  .regex(/^[a-zA-Z0-9_-]{1,32}$/, 'must be 1 to 32 letters, digits, "_" or "-"')
  .default('flashreserve');

/** Prefix of all keys in Redis, so that several stacks can share one server. */
export const redisPrefix = mongoDbPrefix;

/** Long enough that it cannot be guessed; never has a default. */
export const secret = z
  .string('is required')
  .min(32, 'must have at least 32 characters')
  .max(1024, 'must have at most 1024 characters');

const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;

export const logFields = {
  LOG_LEVEL: z.enum(LOG_LEVELS, `must be one of ${LOG_LEVELS.join(', ')}`).default('info'),
  LOG_FORMAT: z.enum(['json', 'text'], 'must be json or text').default('json'),
};

/**
 * How long a stopping component that reports "not ready" still takes requests, until load balancers have noticed;
 * comes on top of the time that it needs to finish them.
 */
export const drainFields = {
  DRAIN_WAIT_MS: wholeNumber({ min: 0, max: 60_000, of: 'milliseconds' }).default(500),
};

/** How far the clock of a component that decides by it may differ from that of its store. */
export const clockFields = {
  CLOCK_SKEW_MAX_MS: wholeNumber({
    min: 0,
    max: 60_000,
    of: 'milliseconds',
    minMeans: 'off',
  }).default(5_000),
};

/** Metrics are for the internal network only; nothing is served without a port. */
export const metricsFields = {
  METRICS_PORT: portNumber.optional(),
  /** Address that the metrics bind to, where it is not `HOST`. */
  METRICS_HOST: z.string().min(1).optional(),
};
