import { configFields, setting, wholeNumber } from '@flashreserve/ops';
import { z } from 'zod';
import { BOUNDS } from './bounds';

/** Rate limits and connection limits. 0 disables a limit. */
export const limitFields = {
  /** Redis in which gateways share their counters. Without it each gateway counts on its own. */
  REDIS_URL: configFields.redisUrl.optional(),
  REDIS_PREFIX: configFields.redisPrefix,
  LOGIN_WINDOW_SECONDS: configFields
    .seconds({ min: 1, max: 86_400, fallback: 900 })
    .meta(
      setting(
        'limits',
        'Window of the three following limits on failed logins, in seconds, 1 to 86400.',
      ),
    ),
  LOGIN_FAILURES_PER_ACCOUNT_AND_ADDRESS: configFields
    .limit(10)
    .meta(setting('limits', 'Failed logins per account and address.')),
  LOGIN_FAILURES_PER_ACCOUNT: configFields
    .limit(50)
    .meta(
      setting(
        'limits',
        'Failed logins per account, from all addresses without a successful login to it in the past week.',
      ),
    ),
  LOGIN_FAILURES_PER_ADDRESS: configFields
    .limit(200)
    .meta(setting('limits', 'Failed logins per address (an IPv6 address counts by its /64).')),
  LOGIN_FAILURES_PER_MINUTE_TOTAL: configFields
    .limit(3_000)
    .meta(setting('limits', 'Failed logins per minute, in total.')),
  REGISTRATION_WINDOW_SECONDS: configFields
    .seconds({ min: 1, max: 86_400, fallback: 3_600 })
    .meta(
      setting(
        'limits',
        'Window of the two following limits on registrations, successful or not, in seconds, 1 to 86400.',
      ),
    ),
  REGISTRATIONS_PER_ACCOUNT: configFields
    .limit(10)
    .meta(setting('limits', 'Registrations per e-mail address.')),
  REGISTRATIONS_PER_ADDRESS: configFields
    .limit(1_000)
    .meta(
      setting(
        'limits',
        'Registrations per address; off by default with `npm start`, where all clients have the same address.',
      ),
    ),
  REGISTRATIONS_PER_MINUTE_TOTAL: configFields
    .limit(6_000)
    .meta(setting('limits', 'Registrations per minute, in total.')),
  RESERVATIONS_PER_SECOND_PER_USER: configFields
    .limit(0)
    .meta(
      setting(
        'limits',
        'Reservation requests per user and second. Each gateway counts for itself: n gateways allow up to n times as many.',
      ),
    ),
  CONNECTIONS_PER_ADDRESS: configFields
    .limit(1_500)
    .meta(
      setting(
        'limits',
        'Open connections per address at one gateway without a proxy in front (TRUST_PROXY_HOPS=0); 0: no limit. A further connection closes the one of that address that has waited longest for its client.',
      ),
    ),
  STREAMS_MAX: wholeNumber({ min: 1, max: BOUNDS.streamsMax })
    .default(10_000)
    .meta(
      setting(
        'limits',
        'Open stock streams (GET /products/stream) per gateway, 1 to 12000; further ones get 503.',
      ),
    ),
  STREAMS_PER_ADDRESS: configFields
    .limit(1_000)
    .meta(
      setting(
        'limits',
        'Open stock streams per address at one gateway; 0: no limit. Further ones get 429.',
      ),
    ),
};

export const limitSchema = z.object(limitFields);

export type LimitConfig = Readonly<z.output<typeof limitSchema>>;
