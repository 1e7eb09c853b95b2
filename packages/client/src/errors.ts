import type { Problem, Reservation } from './gen/openapi';

/**
 * Why the server rejected the request. A newer server may use reasons missing here, so a `switch`
 * needs a default branch. docs/errors.md explains each.
 */
export type ErrorReason = Problem['reason'];

/**
 * An invalid field, by JSON pointer: `/quantity` in the body, `/query/pageSize`,
 * `/headers/idempotency-key`.
 */
export type FieldError = NonNullable<Problem['errors']>[number];

/** Facts about a failed call. */
export interface CallFacts {
  /** Number of attempts. */
  readonly attempts: number;
  /**
   * The key sent with the request, including one that the client generated: a retry with it is
   * safe.
   */
  readonly idempotencyKey?: string | undefined;
}

/** Base class of call failures, except those caused by the caller's own abort. */
export abstract class FlashReserveError extends Error {
  readonly attempts: number;
  readonly idempotencyKey: string | undefined;

  constructor(message: string, facts: CallFacts, options?: ErrorOptions) {
    super(message, options);
    this.attempts = facts.attempts;
    this.idempotencyKey = facts.idempotencyKey;
  }
}

/** The server responded with a problem (RFC 9457). The message is its `detail`. */
export class ProblemError extends FlashReserveError {
  override readonly name = 'ProblemError';
  readonly status: number;
  readonly reason: ErrorReason;
  /** Identifies the request in the server's log. */
  readonly requestId: string;
  /** Every invalid field that the server found. */
  readonly errors: readonly FieldError[];
  /** Seconds after which a retry may succeed; undefined if the server does not say. */
  readonly retryAfterSeconds: number | undefined;
  /** The complete body, including members that only some reasons have, for example `productId`. */
  readonly problem: Problem;

  constructor(problem: Problem, retryAfterSeconds: number | undefined, facts: CallFacts) {
    super(problem.detail, facts);
    this.status = problem.status;
    this.reason = problem.reason;
    this.requestId = problem.requestId;
    this.errors = problem.errors ?? [];
    this.retryAfterSeconds = retryAfterSeconds;
    this.problem = problem;
  }
}

/** The response did not come from FlashReserve, for example a proxy's error page. */
export class UnexpectedAnswerError extends FlashReserveError {
  override readonly name = 'UnexpectedAnswerError';
  readonly status: number;

  constructor(status: number, facts: CallFacts) {
    super(`The answer (status ${status}) is not FlashReserve's.`, facts);
    this.status = status;
  }
}

/** No response arrived. A write may or may not have been applied. */
export class ConnectionError extends FlashReserveError {
  override readonly name = 'ConnectionError';
}

/** The call exceeded its time limit. A write may or may not have been applied. */
export class DeadlineError extends FlashReserveError {
  override readonly name = 'DeadlineError';
}

/**
 * The reservation created with this Idempotency-Key has ended and holds nothing. Use a new key to
 * reserve again. An app that gets this after a restart knows that its order was placed and how it
 * ended.
 */
export class ReservationEndedError extends FlashReserveError {
  override readonly name = 'ReservationEndedError';
  /** The reservation in its final state: `EXPIRED`, `CANCELLED` or `RETURNED`. */
  readonly reservation: Reservation;

  constructor(reservation: Reservation, facts: CallFacts) {
    super(
      `The reservation made with this Idempotency-Key is ${reservation.status}; nothing is held. Reserve again with a new key.`,
      facts,
    );
    this.reservation = reservation;
  }
}

/** An invalid option. Nothing was sent. */
export class InvalidOptionError extends RangeError {
  override readonly name = 'InvalidOptionError';
  /** For example `deadlineMs` or `retry.attemptsMax`. */
  readonly option: string;

  constructor(option: string, rule: string) {
    super(`${option} ${rule}.`);
    this.option = option;
  }
}

/**
 * Compares by name: a program that loads this package both as ES module and as CommonJS has two
 * copies of the class.
 */
const isProblemError = (error: unknown): error is ProblemError =>
  error instanceof Error && error.name === 'ProblemError';

/** Whether the error is a problem with one of the reasons, or any problem if none is given. */
export const isProblem = (
  error: unknown,
  ...reasons: readonly ErrorReason[]
): error is ProblemError =>
  isProblemError(error) && (reasons.length === 0 || reasons.includes(error.reason));
