import type { Problem, Reservation } from './gen/openapi';

/**
 * Why the server refused. A newer server may know reasons that this list does not have, so a `switch` wants a
 * default branch. docs/errors.md explains each.
 */
export type ErrorReason = Problem['reason'];

/** A wrong field, by JSON pointer: `/quantity` in the body, `/query/pageSize`, `/headers/idempotency-key`. */
export type FieldError = NonNullable<Problem['errors']>[number];

/** What the client knows about a call that failed. */
export interface CallFacts {
  /** How often the request was sent. */
  readonly attempts: number;
  /** The key that the request carried, also when the client made it: repeating with it is safe. */
  readonly idempotencyKey?: string | undefined;
}

/** Every failure of a call that was begun and that the caller did not abort itself. */
export abstract class FlashReserveError extends Error {
  readonly attempts: number;
  readonly idempotencyKey: string | undefined;

  constructor(message: string, facts: CallFacts, options?: ErrorOptions) {
    super(message, options);
    this.attempts = facts.attempts;
    this.idempotencyKey = facts.idempotencyKey;
  }
}

/** The server answered with a problem (RFC 9457). The message is its `detail`. */
export class ProblemError extends FlashReserveError {
  override readonly name = 'ProblemError';
  readonly status: number;
  readonly reason: ErrorReason;
  /** Names the request in the server's log. */
  readonly requestId: string;
  /** Every wrong field that the server found. */
  readonly errors: readonly FieldError[];
  /** Seconds after which a repeat may succeed; undefined when the server does not say. */
  readonly retryAfterSeconds: number | undefined;
  /** The whole body, with members that only some reasons have, for example `productId`. */
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

/** Something between client and server answered in its own words, for example a proxy's error page. */
export class UnexpectedAnswerError extends FlashReserveError {
  override readonly name = 'UnexpectedAnswerError';
  readonly status: number;

  constructor(status: number, facts: CallFacts) {
    super(`The answer (status ${status}) is not FlashReserve's.`, facts);
    this.status = status;
  }
}

/** No answer arrived. Whether a write was applied is not known. */
export class ConnectionError extends FlashReserveError {
  override readonly name = 'ConnectionError';
}

/** The call's time is over. Whether a write was applied is not known. */
export class DeadlineError extends FlashReserveError {
  override readonly name = 'DeadlineError';
}

/**
 * The reservation that was made with this Idempotency-Key has ended: nothing is held. To reserve again, take a new key. An
 * app that finds it after a restart knows that its order was made and what became of it.
 */
export class ReservationEndedError extends FlashReserveError {
  override readonly name = 'ReservationEndedError';
  /** In the state it ended in: `EXPIRED` or `CANCELLED`. */
  readonly reservation: Reservation;

  constructor(reservation: Reservation, facts: CallFacts) {
    super(
      `The reservation made with this Idempotency-Key is ${reservation.status}; nothing is held. Reserve again with a new key.`,
      facts,
    );
    this.reservation = reservation;
  }
}

/** An option that cannot be right. Nothing was sent. */
export class InvalidOptionError extends RangeError {
  override readonly name = 'InvalidOptionError';
  /** For example `deadlineMs` or `retry.attemptsMax`. */
  readonly option: string;

  constructor(option: string, rule: string) {
    super(`${option} ${rule}.`);
    this.option = option;
  }
}

/** By name: a program that loads this package as ES module and as CommonJS has the class twice. */
const isProblemError = (error: unknown): error is ProblemError =>
  error instanceof Error && error.name === 'ProblemError';

/** True for a problem with one of the reasons, or for any problem when none is given. */
export const isProblem = (
  error: unknown,
  ...reasons: readonly ErrorReason[]
): error is ProblemError =>
  isProblemError(error) && (reasons.length === 0 || reasons.includes(error.reason));
