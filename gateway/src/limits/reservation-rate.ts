import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { reservationRateLimited } from './refusals';

/** Counts a reservation of a user. Rejects with RESERVATION_RATE_LIMITED when the second's are used up. */
export type CountReservation = (userId: string) => Promise<void>;

/**
 * Limits reservations of one user in one second. Counted by each gateway for itself, because asking another process
 * would cost every reservation more than the limit is worth: with n gateways a user has up to n times the limit.
 *
 * @returns undefined when the limit is 0, so that reservations need not wait for anything
 */
export const createReservationRate = (perSecond: number): CountReservation | undefined => {
  if (perSecond === 0) return undefined;
  const limiter = new RateLimiterMemory({ points: perSecond, duration: 1 });
  return async (userId) => {
    try {
      await limiter.consume(userId);
    } catch (refusal) {
      if (!(refusal instanceof RateLimiterRes)) throw refusal;
      throw reservationRateLimited({ limit: perSecond, resetSeconds: 1 });
    }
  };
};
