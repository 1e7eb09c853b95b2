import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { type Quota, toQuota } from './counter';
import { type Admitted, type QuotaHeaders, toQuotaHeaders } from './guard';
import { reservationRateLimited } from './refusals';

/**
 * Does the work unless the user exceeds the rate per second; then rejects with
 * RESERVATION_RATE_LIMITED.
 */
export type ReservationRate = <Result>(
  userId: string,
  work: () => Promise<Result>,
) => Promise<Admitted<Result>>;

const NO_QUOTA: QuotaHeaders = {};

/** Not async, so that a refusal that `work` throws at once costs no promises. */
const unlimited: ReservationRate = (_userId, work) =>
  work().then((result) => ({ result, headers: NO_QUOTA }));

/**
 * Limits reservations per user and second. Counted per process, because a call to another process
 * would cost every reservation more than the limit is worth: with n processes the limit is up to n
 * times higher. They do not divide it, because the requests of one connection all reach the same
 * process.
 *
 * @param perSecond 0: no limit, and nothing is counted
 */
export const createReservationRate = (perSecond: number): ReservationRate => {
  if (perSecond === 0) return unlimited;
  const limiter = new RateLimiterMemory({ points: perSecond, duration: 1 });
  const quotaOf = (result: RateLimiterRes, isExceeded: boolean) =>
    toQuota(result, { limit: perSecond, windowSeconds: 1, isExceeded });
  const count = async (userId: string): Promise<Quota> => {
    try {
      return quotaOf(await limiter.consume(userId), false);
    } catch (refusal) {
      if (!(refusal instanceof RateLimiterRes)) throw refusal;
      throw reservationRateLimited(quotaOf(refusal, true));
    }
  };
  return async (userId, work) => {
    const headers = toQuotaHeaders('reservation-rate', await count(userId));
    return { result: await work(), headers };
  };
};
