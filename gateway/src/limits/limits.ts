import { type ClientLoginGuard, createClientLoginGuard } from './client-login-limit';
import type { LimitConfig } from './config';
import { type CounterStore, createCounter } from './counter';
import { createFamiliarAddresses } from './familiar-addresses';
import type { Guard } from './guard';
import { createLoginGuard } from './login-limit';
import { mailLimited } from './refusals';
import { createRegistrationGuard } from './registration-limit';
import { createReservationRate, type ReservationRate } from './reservation-rate';

/** Limits that routes check before an operation that can be abused. */
export interface Limits {
  readonly login: Guard;
  readonly clientLogin: ClientLoginGuard;
  readonly registration: Guard;
  readonly guest: Guard;
  /** Requests for a link by mail. */
  readonly mail: Guard;
  readonly reservation: ReservationRate;
  readonly guestReservation: ReservationRate;
}

const MINUTE_SECONDS = 60;

/** The stricter of two limits, of which 0 is none. */
const stricter = (one: number, other: number): number =>
  one === 0 || other === 0 ? Math.max(one, other) : Math.min(one, other);

/**
 * Creates the limits of a process of a gateway. Gateways with the same store share their counters.
 * Without one, each of the gateway's `processes` allows its share.
 */
export const createLimits = (
  config: Omit<LimitConfig, 'REDIS_URL' | 'REDIS_PREFIX'>,
  store: CounterStore | undefined,
  processes = 1,
): Limits => {
  const counter = (name: string, limit: number, windowSeconds: number) =>
    createCounter({ name, limit, windowSeconds, store, processes });
  const loginSeconds = config.LOGIN_WINDOW_SECONDS;
  const registrationSeconds = config.REGISTRATION_WINDOW_SECONDS;
  return {
    login: createLoginGuard({
      perAccountAndAddress: counter(
        'login-account-address',
        config.LOGIN_FAILURES_PER_ACCOUNT_AND_ADDRESS,
        loginSeconds,
      ),
      perAccount: counter('login-account', config.LOGIN_FAILURES_PER_ACCOUNT, loginSeconds),
      perAddress: counter('login-address', config.LOGIN_FAILURES_PER_ADDRESS, loginSeconds),
      total: counter('login-total', config.LOGIN_FAILURES_PER_MINUTE_TOTAL, MINUTE_SECONDS),
      familiar: createFamiliarAddresses(store),
    }),
    clientLogin: createClientLoginGuard(
      counter('client-login-address', config.CLIENT_LOGIN_FAILURES_PER_ADDRESS, loginSeconds),
    ),
    registration: createRegistrationGuard({
      perAccount: counter(
        'registration-account',
        config.REGISTRATIONS_PER_ACCOUNT,
        registrationSeconds,
      ),
      perAddress: counter(
        'registration-address',
        config.REGISTRATIONS_PER_ADDRESS,
        registrationSeconds,
      ),
      total: counter('registration-total', config.REGISTRATIONS_PER_MINUTE_TOTAL, MINUTE_SECONDS),
    }),
    guest: createRegistrationGuard({
      perAddress: counter('guest-address', config.GUESTS_PER_MINUTE_PER_ADDRESS, MINUTE_SECONDS),
      total: counter('guest-total', config.GUESTS_PER_MINUTE_TOTAL, MINUTE_SECONDS),
    }),
    mail: createRegistrationGuard(
      {
        perAccount: counter('mail-account', config.MAILS_PER_ACCOUNT, config.MAIL_WINDOW_SECONDS),
        perAddress: counter('mail-address', config.MAILS_PER_ADDRESS, config.MAIL_WINDOW_SECONDS),
        total: counter('mail-total', config.MAILS_PER_MINUTE_TOTAL, MINUTE_SECONDS),
      },
      { policy: 'mail', limited: mailLimited },
    ),
    reservation: createReservationRate(config.RESERVATIONS_PER_SECOND_PER_USER),
    guestReservation: createReservationRate(
      stricter(config.RESERVATIONS_PER_SECOND_PER_GUEST, config.RESERVATIONS_PER_SECOND_PER_USER),
    ),
  };
};
