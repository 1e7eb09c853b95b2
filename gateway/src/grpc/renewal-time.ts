/**
 * Renewal starts this many times the last response time before expiry. A renewal costs all services
 * a request, and in a rush it takes long because of the rush itself, so a larger margin renews
 * without a pause. If one comes too late, callers wait for it instead of sending requests of their
 * own.
 */
const MARGIN = 1.5;
/** Share of its lifetime during which an answer is never renewed, however slow the last one was. */
const UNDISTURBED_SHARE = 0.1;

/**
 * When an answer that is reused for `reuseMs` should be renewed, so that the next one is there
 * before it expires. Times are in milliseconds; the age of an answer counts from `askedAt`, when
 * its request was sent.
 */
export const renewalTime = (times: {
  readonly askedAt: number;
  readonly answeredAt: number;
  readonly reuseMs: number;
}): number => {
  const { askedAt, answeredAt, reuseMs } = times;
  return askedAt + Math.max(reuseMs - MARGIN * (answeredAt - askedAt), reuseMs * UNDISTURBED_SHARE);
};
