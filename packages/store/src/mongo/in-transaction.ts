import { endsWithin, startTimer } from '@flashreserve/ops';
import { type ClientSession, type Connection, mongo } from 'mongoose';

/** A transaction is tried again for this long before its conflict is reported. */
const TRANSACTION_TIMEOUT_MS = 8_000;
/** A commit whose outcome is unknown is asked again for this long. */
const COMMIT_TIMEOUT_MS = 8_000;
/** A commit that is not answered by then is asked again on another connection, because its own may be dead. */
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
 * True when a transaction failed because of another one, or because the store changed its primary. Nothing of
 * it was applied, so it may be tried again.
 */
export const isTransactionConflict = (error: unknown): boolean =>
  error instanceof mongo.MongoError &&
  (error.code === WRITE_CONFLICT || error.hasErrorLabel('TransientTransactionError'));

/** Waits longer after each attempt, and never the same time as a competitor. */
export const backOff = (attempt: number): Promise<void> =>
  new Promise((resolve) => {
    const longestMs = Math.min(BACKOFF_FIRST_MS * 2 ** attempt, BACKOFF_MAX_MS);
    setTimeout(resolve, Math.random() * longestMs);
  });

const isOutcomeUnknown = (error: unknown): boolean =>
  error instanceof mongo.MongoError && error.hasErrorLabel('UnknownTransactionCommitResult');

/**
 * Asks again while the outcome is unknown or no answer comes; repeating a commit is harmless and tells what became of it.
 * What the transaction has locked is free as soon as one of them gets through. The last one has the driver's limit.
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
 * Never rejects: what made `work` fail must reach the caller, and the driver throws here when it has aborted the
 * transaction by itself. A transaction that could not be aborted is ended by the store.
 */
const abort = async (session: ClientSession): Promise<void> => {
  if (!session.inTransaction()) return;
  await session.abortTransaction().catch(() => undefined);
};

/**
 * Makes the store end what the session has open, on another connection: what `work` still waits for may be on a dead one.
 * The session itself is left as it is, so that whatever `work` does later is refused by the store and nothing of it can
 * happen outside the transaction.
 */
const kill = async (connection: Connection, { id }: ClientSession): Promise<void> => {
  // There is no id before the first command.
  if (id === undefined) return;
  const admin = connection.getClient().db('admin');
  // Never rejects: a store that does not take this ends the transaction by its own limit.
  await admin.command({ killSessions: [id] }).catch(() => undefined);
};

export interface TransactionLimits {
  /** `work` that takes longer, in milliseconds, is made to fail with a conflict, and its locks are free. No limit by default. */
  readonly workMsMax?: number;
}

/**
 * Runs `work` in one transaction: snapshot reads, majority and journaled commit. Whatever `work` throws aborts
 * it. Conflicts are thrown too, for callers that must look again before they try again.
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
 * As `attemptTransaction`, and tried again on a conflict, with backoff, for at most 8 s. `work` may run several
 * times and must only touch the session.
 *
 * Not the driver's `withTransaction`: that one retries for 120 s whatever `timeoutMS` says.
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
