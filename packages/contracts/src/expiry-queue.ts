/**
 * The queue between reservation (producer) and expiry-worker (consumer). A job is only a hint: it may be
 * lost, duplicated, early or late, and the worker asks reservation what is true.
 */
export const EXPIRY_QUEUE_NAME = 'expiry';

/** `expire` is delayed to the reservation's expiry; `settle` asks for another try at a hold that could not be settled at once. */
export const EXPIRY_JOB_NAMES = { expire: 'expire', settle: 'settle' } as const;

/** Holds the reservation's id and nothing else, because job data is readable by everyone who sees Redis. */
export interface ExpiryJobData {
  readonly reservationId: string;
}

/** Id that makes adding the same job twice harmless. BullMQ refuses ":" and ids of digits only. */
export const expiryJobId = (name: keyof typeof EXPIRY_JOB_NAMES, reservationId: string): string =>
  `${name}-${reservationId}`;
