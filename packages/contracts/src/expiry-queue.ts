/**
 * The queue between reservation (producer) and expiry-worker (consumer). A job is only a hint: it
 * may be lost, duplicated, early or late; the worker gets the actual state from reservation.
 */
export const EXPIRY_QUEUE_NAME = 'expiry';

/**
 * `expire` is delayed until the reservations expire; `settle` retries a hold that could not be
 * settled at once.
 */
export const EXPIRY_JOB_NAMES = { expire: 'expire', settle: 'settle' } as const;

/**
 * Job data: 1 to `STOCK_LIMITS.settlementIdsMax` distinct reservation ids and nothing sensitive, as
 * it is readable by everyone with access to Redis. When the worker puts a job back, it removes the
 * ids it is done with.
 */
export interface ExpiryJobData {
  readonly reservationIds: readonly string[];
  /**
   * Distinct `traceparent`s of the sampled requests behind the job, at most
   * `EXPIRY_JOB_TRACES_MAX`. The job continues the first trace. Omitted if there are none.
   */
  readonly traceparents?: readonly string[];
}

/**
 * Maximum number of traces per job. Low, because up to 500 reservations share a job and every job
 * is held in memory.
 */
export const EXPIRY_JOB_TRACES_MAX = 8;

/**
 * The reservations of one job expire within this time of each other; the job is due with the last
 * of them.
 */
export const EXPIRY_SHARE_WINDOW_MS = 100;

/**
 * Id of a job about a single reservation, which makes adding it idempotent. A job about several
 * must not use it. BullMQ rejects ids with ":" and ids of digits only.
 */
export const expiryJobId = (name: keyof typeof EXPIRY_JOB_NAMES, reservationId: string): string =>
  `${name}-${reservationId}`;
