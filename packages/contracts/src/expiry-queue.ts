/**
 * The queue between reservation (producer) and expiry-worker (consumer). A job is only a hint: it may be
 * lost, duplicated, early or late, and the worker asks reservation what is true.
 */
export const EXPIRY_QUEUE_NAME = 'expiry';

/** `expire` is delayed to the reservations' expiry; `settle` asks for another try at a hold that could not be settled at once. */
export const EXPIRY_JOB_NAMES = { expire: 'expire', settle: 'settle' } as const;

/**
 * The reservations that a job is about, 1 to `STOCK_LIMITS.settlementIdsMax` distinct ids, and nothing else,
 * because job data is readable by everyone who sees Redis. The worker takes out the ids it is done with when it
 * puts a job back.
 */
export interface ExpiryJobData {
  readonly reservationIds: readonly string[];
}

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
