import { configFields, wholeNumber } from '@flashreserve/ops';
import { z } from 'zod';
import { BOUNDS } from './bounds';

/** Limits on what one caller may do. 0 turns a limit off. */
export const limitFields = {
  /** Where gateways count together. Without it each one counts for itself. */
  REDIS_URL: configFields.redisUrl.optional(),
  REDIS_PREFIX: configFields.redisPrefix,
  /** Length of the window of the three limits on failed logins below. */
  LOGIN_WINDOW_SECONDS: configFields.seconds({ min: 1, max: 86_400, fallback: 900 }),
  LOGIN_FAILURES_PER_ACCOUNT_AND_ADDRESS: configFields.limit(10),
  LOGIN_FAILURES_PER_ACCOUNT: configFields.limit(50),
  LOGIN_FAILURES_PER_ADDRESS: configFields.limit(200),
  LOGIN_FAILURES_PER_MINUTE_TOTAL: configFields.limit(3_000),
  /** Length of the window of the two limits on registrations below. */
  REGISTRATION_WINDOW_SECONDS: configFields.seconds({ min: 1, max: 86_400, fallback: 3_600 }),
  REGISTRATIONS_PER_ACCOUNT: configFields.limit(10),
  REGISTRATIONS_PER_ADDRESS: configFields.limit(1_000),
  REGISTRATIONS_PER_MINUTE_TOTAL: configFields.limit(6_000),
  /** Of each gateway by itself. */
  RESERVATIONS_PER_SECOND_PER_USER: configFields.limit(0),
  /** Open connections of one address, where no proxy stands in front (`TRUST_PROXY_HOPS=0`). */
  CONNECTIONS_PER_ADDRESS: configFields.limit(1_500),
  /** Open streams of stock, of each gateway by itself. Without connections left, nothing else would get through. */
  STREAMS_MAX: wholeNumber({ min: 1, max: BOUNDS.streamsMax }).default(10_000),
  STREAMS_PER_ADDRESS: configFields.limit(1_000),
};

export const limitSchema = z.object(limitFields);

export type LimitConfig = Readonly<z.output<typeof limitSchema>>;
