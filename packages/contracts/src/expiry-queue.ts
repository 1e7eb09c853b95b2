/**
 * The queue between reservation (producer) and expiry-worker (consumer). A job is only a hint: it may be
 * lost, duplicated, early or late, and the worker asks reservation what is true.
 */
export const EXPIRY_QUEUE_NAME = 'expiry';

/** `expire` is delayed to the reservations' expiry; `settle` asks for another try at a hold that could not be settled at once. */
export const EXPIRY_JOB_NAMES = { expire: 'expire', settle: 'settle' } as const;

/**
 * The reservations that a job is about, 1 to `STOCK_LIMITS.settlementIdsMax` distinct ids, and nothing else that
 * anybody could use, because job data is readable by everyone who sees Redis. The worker takes out the ids it is done
 * with when it puts a job back.
 */
export interface ExpiryJobData {
  readonly reservationIds: readonly string[];
  /**
   * `traceparent` of what asked for the job, as far as it is recorded, each once, at most `EXPIRY_JOB_TRACES_MAX`. The
   * job goes on with the first trace. Left out when there is none.
   */
  readonly traceparents?: readonly string[];
}

/** Traces that a job may name. Few, because up to 500 reservations share a job and every job lies in memory. */
export const EXPIRY_JOB_TRACES_MAX = 8;

/** The form before jobs held several reservations. Not written any longer, but such jobs may still lie in Redis. */
export interface SingleExpiryJobData {
  readonly reservationId: string;
}

/** Reservations of one job are due within this time of each other, and the job is due with the last of them. */
export const EXPIRY_SHARE_WINDOW_MS = 100;

/**
 * Id of a job that is about this one reservation; makes adding it twice harmless. A job about several must not
 * have such an id. BullMQ refuses ":" and ids of digits only.
 */
export const expiryJobId = (name: keyof typeof EXPIRY_JOB_NAMES, reservationId: string): string =>
  `${name}-${reservationId}`;
