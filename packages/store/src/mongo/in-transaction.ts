import { endsWithin, startTimer } from '@flashreserve/ops';
import { type ClientSession, type Connection, mongo } from 'mongoose';

/** Time limit for retrying a transaction before its conflict is reported. */
const TRANSACTION_TIMEOUT_MS = 8_000;
/** Time limit for retrying a commit whose outcome is unknown. */
const COMMIT_TIMEOUT_MS = 8_000;
/** A commit without an answer by then is retried on another connection, as its own may be dead. */
const COMMIT_ANSWER_MS = 2_000;
const BACKOFF_FIRST_MS = 5;
const BACKOFF_MAX_MS = 50;

const TRANSACTION_OPTIONS = {
  readConcern: { level: 'snapshot' },
  writeConcern: { w: 'majority', journal: true },
  readPreference: 'primary',
} as const;

const WRITE_CONFLICT = 112;

/**
 * Whether a transaction failed because of a concurrent one or a change of primary. Nothing of it
 * was applied, so it may be retried.
 */
export const isTransactionConflict = (error: unknown): boolean =>
  error instanceof mongo.MongoError &&
  (error.code === WRITE_CONFLICT || error.hasErrorLabel('TransientTransactionError'));

/** Exponential backoff with jitter. */
export const backOff = (attempt: number): Promise<void> =>
  new Promise((resolve) => {
    const longestMs = Math.min(BACKOFF_FIRST_MS * 2 ** attempt, BACKOFF_MAX_MS);
    setTimeout(resolve, Math.random() * longestMs);
  });

const isOutcomeUnknown = (error: unknown): boolean =>
  error instanceof mongo.MongoError && error.hasErrorLabel('UnknownTransactionCommitResult');

/**
 * Retries while the outcome is unknown or no answer arrives; repeating a commit is harmless and
 * reports its outcome. The locks are released as soon as one attempt gets through. The last attempt
 * is limited by the driver only.
 */
const commit = async (session: ClientSession): Promise<void> => {
  const giveUpAt = Date.now() + COMMIT_TIMEOUT_MS;
  for (let attempt = 0; ; attempt += 1) {
    const isLast = Date.now() + COMMIT_ANSWER_MS >= giveUpAt;
    try {
      const asked = session.commitTransaction();
      if (await endsWithin(isLast ? Infinity : COMMIT_ANSWER_MS, asked)) return;
    } catch (error) {
      if (!isOutcomeUnknown(error) || Date.now() >= giveUpAt) throw error;
      await backOff(attempt);
    }
  }
};

/**
 * Never rejects: the caller must see the error of `work`, and the driver throws here if it has
 * already aborted the transaction. The server ends a transaction that could not be aborted.
 */
const abort = async (session: ClientSession): Promise<void> => {
  if (!session.inTransaction()) return;
  await session.abortTransaction().catch(() => undefined);
};

/**
 * Makes the server end the session's open transaction, through another connection, because `work`
 * may be waiting on a dead one. The session object stays as it is: the server rejects anything
 * `work` does later, so nothing of it happens outside the transaction.
 */
const kill = async (connection: Connection, { id }: ClientSession): Promise<void> => {
  // A session has no id before its first command.
  if (id === undefined) return;
  const admin = connection.getClient().db('admin');
  // Never rejects: if this fails, the server ends the transaction at its own limit.
  await admin.command({ killSessions: [id] }).catch(() => undefined);
};

export interface TransactionLimits {
  /**
   * If `work` takes longer, in milliseconds, it fails with a conflict and its locks are released.
   * No limit by default.
   */
  readonly workMsMax?: number;
}

/**
 * Runs `work` in one transaction with snapshot reads and a majority, journaled commit. An error in
 * `work` aborts it. Conflicts are thrown as well, for callers that must read again before a retry.
 */
export const attemptTransaction = <Result>(
  connection: Connection,
  work: (session: ClientSession) => Promise<Result>,
  { workMsMax = Infinity }: TransactionLimits = {},
): Promise<Result> =>
  connection.withSession(async (session) => {
    session.startTransaction(TRANSACTION_OPTIONS);
    const stopTimer = startTimer(workMsMax, () => void kill(connection, session));
    let result: Result;
    try {
      result = await work(session);
    } catch (error) {
      await abort(session);
      throw error;
    } finally {
      stopTimer();
    }
    await commit(session);
    return result;
  });

/**
 * Like `attemptTransaction`, but retries conflicts with backoff for at most 8 s. `work` may run
 * several times and must use the session for everything it does.
 *
 * Not the driver's `withTransaction`, which retries for 120 s regardless of `timeoutMS`.
 */
export const inTransaction = async <Result>(
  connection: Connection,
  work: (session: ClientSession) => Promise<Result>,
): Promise<Result> => {
  const giveUpAt = Date.now() + TRANSACTION_TIMEOUT_MS;
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await attemptTransaction(connection, work);
    } catch (error) {
      if (!isTransactionConflict(error) || Date.now() >= giveUpAt) throw error;
      await backOff(attempt);
    }
  }
};
