/** An error in MongoDB's terms; becomes the reply `{ ok: 0, code, codeName, errmsg }`. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
  readonly code: number;
  readonly labels: readonly string[];
  /** More fields of the reply, such as `keyPattern`. */
  readonly details: Readonly<Record<string, unknown>>;

  constructor(
    code: number,
    message: string,
    more: {
      readonly labels?: readonly string[];
      readonly details?: Readonly<Record<string, unknown>>;
      readonly cause?: unknown;
    } = {},
  ) {
    super(message, { cause: more.cause });
    this.code = code;
    this.labels = more.labels ?? [];
    this.details = more.details ?? {};
  }
}

/** The driver may retry the whole transaction. */
export const LABEL_TRANSIENT = 'TransientTransactionError';
/** The commit may have happened; the driver retries it. */
export const LABEL_UNKNOWN_COMMIT = 'UnknownTransactionCommitResult';
/** The driver may retry the write once, with the same transaction number. */
export const LABEL_RETRYABLE_WRITE = 'RetryableWriteError';
