/** Transport-neutral error category. Each transport maps it to its own status. */
export type DomainErrorKind =
  | 'invalid'
  | 'unauthenticated'
  | 'forbidden'
  | 'not-found'
  | 'already-exists'
  | 'precondition'
  | 'conflict'
  | 'exhausted'
  | 'unavailable'
  | 'deadline'
  | 'cancelled'
  | 'internal';

/** One invalid field of a request. */
export interface FieldViolation {
  /** Path of the field, for example `lines[0].quantity`. */
  readonly field: string;
  readonly description: string;
}

export interface DomainErrorOptions {
  readonly kind: DomainErrorKind;
  /**
   * UPPER_SNAKE_CASE, unique within the service, never changed once published; listed in
   * `docs/errors.md`.
   */
  readonly reason: string;
  /** Safe to show to any caller. */
  readonly message: string;
  /** The variable details of an error. Keys are lowerCamelCase. */
  readonly metadata?: Readonly<Record<string, string>>;
  readonly fieldViolations?: readonly FieldViolation[];
  /** The service that defined the reason; set when another service's error is passed on. */
  readonly domain?: string;
  readonly cause?: unknown;
}

/**
 * An error meant for callers. Any other thrown error is a bug or an outage and becomes "internal".
 */
export class DomainError extends Error {
  override readonly name = 'DomainError';
  readonly kind: DomainErrorKind;
  readonly reason: string;
  readonly metadata: Readonly<Record<string, string>>;
  readonly fieldViolations: readonly FieldViolation[];
  readonly domain: string | undefined;

  constructor(options: DomainErrorOptions) {
    super(options.message, options.cause === undefined ? undefined : { cause: options.cause });
    this.kind = options.kind;
    this.reason = options.reason;
    this.metadata = options.metadata ?? {};
    this.fieldViolations = options.fieldViolations ?? [];
    this.domain = options.domain;
  }
}
