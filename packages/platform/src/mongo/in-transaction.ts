import type { ClientSession, Connection } from 'mongoose';

/** A transaction is tried again for this long before its conflict is reported. */
const TRANSACTION_TIMEOUT_MS = 8_000;

/**
 * Runs `work` in one transaction: snapshot reads, majority and journaled commit. Conflicts are retried by the
 * driver with backoff, so `work` may run several times and must only touch the session.
 */
export const inTransaction = <Result>(
  connection: Connection,
  work: (session: ClientSession) => Promise<Result>,
): Promise<Result> =>
  connection.withSession((session) =>
    session.withTransaction(() => work(session), {
      readConcern: { level: 'snapshot' },
      writeConcern: { w: 'majority', journal: true },
      readPreference: 'primary',
      timeoutMS: TRANSACTION_TIMEOUT_MS,
    }),
  );
