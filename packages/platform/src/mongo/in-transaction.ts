import { type ClientSession, type Connection, mongo } from 'mongoose';

/** A transaction is tried again for this long before its conflict is reported. */
const TRANSACTION_TIMEOUT_MS = 8_000;
/** A commit whose outcome is unknown is asked again for this long. */
const COMMIT_TIMEOUT_MS = 8_000;
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

/** Asks again while the outcome is unknown; repeating a commit is harmless and tells what became of it. */
const commit = async (session: ClientSession): Promise<void> => {
  const giveUpAt = Date.now() + COMMIT_TIMEOUT_MS;
  for (let attempt = 0; ; attempt += 1) {
    try {
      await session.commitTransaction();
      return;
    } catch (error) {
      const isUnknown =
        error instanceof mongo.MongoError && error.hasErrorLabel('UnknownTransactionCommitResult');
      if (!isUnknown || Date.now() >= giveUpAt) throw error;
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
 * Runs `work` in one transaction: snapshot reads, majority and journaled commit. Whatever `work` throws aborts
 * it. Conflicts are thrown too, for callers that must look again before they try again.
 */
export const attemptTransaction = <Result>(
  connection: Connection,
  work: (session: ClientSession) => Promise<Result>,
): Promise<Result> =>
  connection.withSession(async (session) => {
    session.startTransaction(TRANSACTION_OPTIONS);
    let result: Result;
    try {
      result = await work(session);
    } catch (error) {
      await abort(session);
      throw error;
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
