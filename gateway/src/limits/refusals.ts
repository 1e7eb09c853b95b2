import { type DomainError, limited } from '@flashreserve/rpc';
import type { Full } from './counter';

const refusal =
  (reason: string, message: string) =>
  ({ limit, resetSeconds }: Full): DomainError =>
    limited({ reason, message, limit, retryAfterSeconds: resetSeconds });

export const loginLimited = refusal(
  'LOGIN_LIMITED',
  'Too many logins have failed. Try again later.',
);

export const registrationLimited = refusal(
  'REGISTRATION_LIMITED',
  'Too many registrations. Try again later.',
);

export const reservationRateLimited = refusal(
  'RESERVATION_RATE_LIMITED',
  'Too many reservations in one second. Try again shortly.',
);
