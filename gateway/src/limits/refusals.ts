import { type DomainError, limited } from '@flashreserve/rpc';
import type { Quota } from './counter';

const refusal =
  (reason: string, message: string) =>
  ({ limit, windowSeconds, resetSeconds }: Quota): DomainError =>
    limited({ reason, message, limit, windowSeconds, retryAfterSeconds: resetSeconds });

export const loginLimited = refusal(
  'LOGIN_LIMITED',
  'Too many logins have failed. Try again later.',
);

export const registrationLimited = refusal(
  'REGISTRATION_LIMITED',
  'Too many registrations. Try again later.',
);

export const mailLimited = refusal(
  'MAIL_LIMITED',
  'Too many links were requested. Try again later.',
);

export const reservationRateLimited = refusal(
  'RESERVATION_RATE_LIMITED',
  'Too many reservations in one second. Try again shortly.',
);
