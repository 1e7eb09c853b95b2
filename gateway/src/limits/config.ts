import { configFields, wholeNumber } from '@flashreserve/ops';
import { z } from 'zod';
import { BOUNDS } from './bounds';

/** Rate limits and connection limits. 0 disables a limit. */
export const limitFields = {
  /** Redis in which gateways share their counters. Without it each gateway counts on its own. */
  REDIS_URL: configFields.redisUrl.optional(),
  REDIS_PREFIX: configFields.redisPrefix,
  /** Window of the three following limits on failed logins, in seconds. */
  LOGIN_WINDOW_SECONDS: configFields.seconds({ min: 1, max: 86_400, fallback: 900 }),
  LOGIN_FAILURES_PER_ACCOUNT_AND_ADDRESS: configFields.limit(10),
  LOGIN_FAILURES_PER_ACCOUNT: configFields.limit(50),
  LOGIN_FAILURES_PER_ADDRESS: configFields.limit(200),
  LOGIN_FAILURES_PER_MINUTE_TOTAL: configFields.limit(3_000),
  /** Window of the two following limits on registrations, in seconds. */
  REGISTRATION_WINDOW_SECONDS: configFields.seconds({ min: 1, max: 86_400, fallback: 3_600 }),
  REGISTRATIONS_PER_ACCOUNT: configFields.limit(10),
  REGISTRATIONS_PER_ADDRESS: configFields.limit(1_000),
  REGISTRATIONS_PER_MINUTE_TOTAL: configFields.limit(6_000),
  /** Per gateway instance. */
  RESERVATIONS_PER_SECOND_PER_USER: configFields.limit(0),
  /** Open connections per client address; applies without a proxy only (`TRUST_PROXY_HOPS=0`). */
  CONNECTIONS_PER_ADDRESS: configFields.limit(1_500),
  /** Open stock streams per gateway instance; keeps connections free for other requests. */
  STREAMS_MAX: wholeNumber({ min: 1, max: BOUNDS.streamsMax }).default(10_000),
  STREAMS_PER_ADDRESS: configFields.limit(1_000),
};

export const limitSchema = z.object(limitFields);

export type LimitConfig = Readonly<z.output<typeof limitSchema>>;
