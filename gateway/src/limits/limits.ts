import type { LimitConfig } from './config';
import { type CounterStore, createCounter } from './counter';
import { createFamiliarAddresses } from './familiar-addresses';
import { createLoginGuard, type Guard } from './login-limit';
import { createRegistrationGuard } from './registration-limit';
import { type CountReservation, createReservationRate } from './reservation-rate';

/** Limits that routes check before an operation that can be abused. */
export interface Limits {
  readonly login: Guard;
  readonly registration: Guard;
  /** Undefined if reservations are not limited. */
  readonly countReservation: CountReservation | undefined;
}

const MINUTE_SECONDS = 60;

/** Creates the limits of a gateway. Gateways with the same store share their counters. */
export const createLimits = (
  config: Omit<LimitConfig, 'REDIS_URL' | 'REDIS_PREFIX'>,
  store: CounterStore | undefined,
): Limits => {
  const counter = (name: string, limit: number, windowSeconds: number) =>
    createCounter({ name, limit, windowSeconds, store });
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
    countReservation: createReservationRate(config.RESERVATIONS_PER_SECOND_PER_USER),
  };
};
