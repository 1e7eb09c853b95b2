import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { reservationRateLimited } from './refusals';

/**
 * Counts a reservation of a user. Rejects with RESERVATION_RATE_LIMITED above the rate per second.
 */
export type CountReservation = (userId: string) => Promise<void>;

/**
 * Limits reservations per user and second. Counted per gateway, because a call to another process
 * would cost every reservation more than the limit is worth: with n gateways the limit is up to n
 * times higher.
 *
 * @returns undefined when the limit is 0, so that reservations skip the check
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
