import type { Engine, EngineConnection, Row, Value } from '../engine/engine';
import { recordCommit, STATEMENTS, type Statement } from '../engine/statements';
import { createTurns } from '../engine/turns';
import { CommandError, LABEL_TRANSIENT } from '../errors/command-error';
import { isConnectionLoss, toCommandError } from '../errors/engine-failure';
import { CODE } from '../errors/error-codes';

/** Identifies a transaction: the session's id, and the number that the driver increments in it. */
export interface TransactionId {
  readonly session: Buffer;
  readonly number: bigint;
}

/**
 * Multi-document transactions. Each holds one engine connection from its first command to its end.
 */
export interface Transactions {
  start(id: TransactionId): Promise<void>;
  /** Runs a statement in the transaction. Any failure aborts the transaction, as in MongoDB. */
  run(id: TransactionId, statement: Statement, values: readonly Value[]): Promise<Row | undefined>;
  /** Idempotent: a commit is remembered over a crash of the engine or of this server. */
  commit(id: TransactionId): Promise<void>;
  abort(id: TransactionId): Promise<void>;
  /** Aborts the open transaction of the session, if there is one. */
  endSession(session: Buffer): Promise<void>;
  /** Aborts every transaction that is not executing a statement. */
  endAll(): Promise<void>;
  close(): Promise<void>;
}

interface OpenTransaction {
  readonly number: bigint;
  readonly connection: EngineConnection;
  /**
   * Resolves once the engine has begun the transaction; the first statement does not wait for it.
   */
  readonly begun: Promise<void>;
}

/**
 * A transaction that is idle for this long is aborted, so that the locks of a killed process are
 * released. MongoDB does this after `transactionLifetimeLimitSeconds`, which our deployments set to
 * 10.
 */
const IDLE_MS_MAX = 10_000;

function noSuchTransaction(id: TransactionId): CommandError {
  const message = `Given transaction number ${id.number} does not match any in-progress transactions.`;
  return new CommandError(CODE.noSuchTransaction, message, { labels: [LABEL_TRANSIENT] });
}

/**
 * Sends BEGIN and does not wait for it: the engine executes what a connection sends in order, and
 * only a lost connection makes BEGIN fail, which fails the first statement, too.
 */
async function begin(engine: Engine, number: bigint): Promise<OpenTransaction> {
  const connection = await engine.acquire();
  const begun = connection.control('BEGIN ISOLATION LEVEL REPEATABLE READ');
  // Reported by whatever follows in the transaction.
  begun.catch(() => undefined);
  return { number, connection, begun };
}

async function rollBack({ connection, begun }: OpenTransaction): Promise<void> {
  try {
    await begun;
    await connection.control('ROLLBACK');
  } catch {
    // The engine aborts the transaction itself when the connection closes.
    connection.release(true);
    return;
  }
  connection.release(false);
}

/** Commits and records the commit, atomically. Releases the connection in any case. */
async function commitAndRecord(
  id: TransactionId,
  { connection, begun }: OpenTransaction,
): Promise<void> {
  try {
    await begun;
    // In one round trip, because the client waits for each.
    await connection.control(`${recordCommit(id.session, id.number)}; COMMIT`);
  } catch (error) {
    connection.release(true);
    throw toCommandError(error, isConnectionLoss(error) ? 'commit' : 'transaction');
  }
  connection.release(false);
}

interface Table {
  /** Removes and returns the open transaction with this id. */
  take(id: TransactionId): OpenTransaction | undefined;
  takeAny(session: Buffer): OpenTransaction | undefined;
  /** Adds a transaction. It stays until it is taken or its idle time is over. */
  put(id: TransactionId, transaction: OpenTransaction): void;
  takeAll(): OpenTransaction[];
}

/** A transaction is taken out while it is in use, so that it cannot expire then. */
function createTable(): Table {
  const open = new Map<string, { transaction: OpenTransaction; timer: NodeJS.Timeout }>();
  const takeAny = (session: Buffer) => {
    const key = session.toString('latin1');
    const entry = open.get(key);
    clearTimeout(entry?.timer);
    open.delete(key);
    return entry?.transaction;
  };
  return {
    takeAny,
    take(id) {
      const entry = open.get(id.session.toString('latin1'));
      return entry?.transaction.number === id.number ? takeAny(id.session) : undefined;
    },
    put(id, transaction) {
      const expire = () => {
        takeAny(id.session);
        void rollBack(transaction);
      };
      const timer = setTimeout(expire, IDLE_MS_MAX);
      open.set(id.session.toString('latin1'), { transaction, timer });
    },
    takeAll: () => [...open.keys()].flatMap((key) => takeAny(Buffer.from(key, 'latin1')) ?? []),
  };
}

export function createTransactions(engine: Engine): Transactions {
  const open = createTable();
  // One operation at a time in a session: an abort sent while a slow command still runs, because
  // the client stopped waiting for it, must still find the transaction.
  const turns = createTurns();
  const inTurn = <Result>(session: Buffer, work: () => Promise<Result>) =>
    turns(session.toString('latin1'), work);
  const isCommitted = async (id: TransactionId): Promise<boolean> =>
    (await engine.run('', STATEMENTS.findCommit, [id.session, id.number])) !== undefined;
  const rollBackAny = async (session: Buffer) => {
    const transaction = open.takeAny(session);
    if (transaction !== undefined) {
      await rollBack(transaction);
    }
  };
  const endAll = async () => {
    await Promise.all(open.takeAll().map(rollBack));
  };
  const start = async (id: TransactionId) => {
    // A driver that starts a transaction has abandoned the previous one.
    await rollBackAny(id.session);
    open.put(id, await begin(engine, id.number));
  };
  const run = async (id: TransactionId, statement: Statement, values: readonly Value[]) => {
    const transaction = open.take(id);
    if (transaction === undefined) {
      throw noSuchTransaction(id);
    }
    try {
      const [row] = await Promise.all([
        transaction.connection.run(statement, values),
        transaction.begun,
      ]);
      open.put(id, transaction);
      return row;
    } catch (error) {
      await rollBack(transaction);
      throw toCommandError(error, 'transaction');
    }
  };
  const commit = async (id: TransactionId) => {
    const transaction = open.take(id);
    if (transaction !== undefined) {
      await commitAndRecord(id, transaction);
    } else if (!(await isCommitted(id))) {
      throw noSuchTransaction(id);
    }
  };
  const abort = async (id: TransactionId) => {
    const transaction = open.take(id);
    if (transaction !== undefined) {
      await rollBack(transaction);
    } else if (await isCommitted(id)) {
      throw new CommandError(CODE.transactionCommitted, 'The transaction has been committed.');
    } else {
      throw noSuchTransaction(id);
    }
  };
  return {
    start: (id) => inTurn(id.session, () => start(id)),
    run: (id, statement, values) => inTurn(id.session, () => run(id, statement, values)),
    commit: (id) => inTurn(id.session, () => commit(id)),
    abort: (id) => inTurn(id.session, () => abort(id)),
    endSession: (session) => inTurn(session, () => rollBackAny(session)),
    endAll,
    close: endAll,
  };
}
