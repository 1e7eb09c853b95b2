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
        'Window of the four following limits on failed logins, in seconds, 1 to 86400.',
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
  CLIENT_LOGIN_FAILURES_PER_ADDRESS: configFields
    .limit(200)
    .meta(
      setting(
        'limits',
        'Wrong API keys, and wrong credentials at POST /oauth/token, per address. The key of a client that has been used at this gateway within minutes works regardless.',
      ),
    ),
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
  GUESTS_PER_MINUTE_PER_ADDRESS: configFields
    .limit(120)
    .meta(
      setting(
        'limits',
        'Guests created per minute and address; off by default with `npm start`, as above.',
      ),
    ),
  GUESTS_PER_MINUTE_TOTAL: configFields
    .limit(30_000)
    .meta(setting('limits', 'Guests created per minute, in total.')),
  MAIL_WINDOW_SECONDS: configFields
    .seconds({ min: 1, max: 86_400, fallback: 3_600 })
    .meta(
      setting(
        'limits',
        'Window of the two following limits on requests for a link by mail, in seconds, 1 to 86400.',
      ),
    ),
  MAILS_PER_ACCOUNT: configFields
    .limit(5)
    .meta(setting('limits', 'Requests for a link by mail per account, existing or not.')),
  MAILS_PER_ADDRESS: configFields
    .limit(100)
    .meta(setting('limits', 'Requests for a link by mail per address.')),
  MAILS_PER_MINUTE_TOTAL: configFields
    .limit(600)
    .meta(setting('limits', 'Requests for a link by mail per minute, in total.')),
  RESERVATIONS_PER_SECOND_PER_USER: configFields
    .limit(0)
    .meta(
      setting(
        'limits',
        'Reservation requests per user and second. Each process of each gateway counts for itself: n of them allow up to n times as many.',
      ),
    ),
  RESERVATIONS_PER_SECOND_PER_GUEST: configFields
    .limit(5)
    .meta(
      setting('limits', 'The same for guests, who never get more than users; 0: as many as users.'),
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
