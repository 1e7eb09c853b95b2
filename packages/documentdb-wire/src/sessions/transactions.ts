import type { Engine, EngineConnection, Row, Value } from '../engine/engine';
import { recordCommit, STATEMENTS, type Statement } from '../engine/statements';
import { createTurns } from '../engine/turns';
import { CommandError, LABEL_TRANSIENT } from '../errors/command-error';
import { isConnectionLoss, toCommandError } from '../errors/engine-failure';
import { CODE } from '../errors/error-codes';

/** Names one transaction: the session's id and the number that the driver counts up in it. */
export interface TransactionId {
  readonly session: Buffer;
  readonly number: bigint;
}

/** Multi-document transactions: each has an engine connection of its own from its first command to its end. */
export interface Transactions {
  start(id: TransactionId): Promise<void>;
  /** Runs a statement inside. Any failure ends the transaction, as it does in MongoDB. */
  run(id: TransactionId, statement: Statement, values: readonly Value[]): Promise<Row | undefined>;
  /** May be repeated: a commit that happened stays known, also after a crash of the engine or of this server. */
  commit(id: TransactionId): Promise<void>;
  abort(id: TransactionId): Promise<void>;
  /** Rolls back whatever the session has open. */
  endSession(session: Buffer): Promise<void>;
  /** Rolls back whatever is open and not in use. */
  endAll(): Promise<void>;
  close(): Promise<void>;
}

interface OpenTransaction {
  readonly number: bigint;
  readonly connection: EngineConnection;
}

/**
 * A transaction that nobody uses for this long is rolled back, so that what a killed process has locked is free again. MongoDB
 * does it after `transactionLifetimeLimitSeconds`, which our deployments set to 10.
 */
const IDLE_MS_MAX = 10_000;

function noSuchTransaction(id: TransactionId): CommandError {
  const message = `Given transaction number ${id.number} does not match any in-progress transactions.`;
  return new CommandError(CODE.noSuchTransaction, message, { labels: [LABEL_TRANSIENT] });
}

async function begin(engine: Engine, number: bigint): Promise<OpenTransaction> {
  const connection = await engine.acquire();
  try {
    await connection.control('BEGIN ISOLATION LEVEL REPEATABLE READ');
  } catch (error) {
    connection.release(true);
    throw error;
  }
  return { number, connection };
}

async function rollBack({ connection }: OpenTransaction): Promise<void> {
  try {
    await connection.control('ROLLBACK');
  } catch {
    // The engine ends the transaction itself when the connection closes.
    connection.release(true);
    return;
  }
  connection.release(false);
}

/** Commits, and writes down in the same step that it has been done. The connection is given back either way. */
async function commitAndRecord(id: TransactionId, { connection }: OpenTransaction): Promise<void> {
  try {
    // Both at once, because every round trip to the engine is one that the client waits for.
    await connection.control(`${recordCommit(id.session, id.number)}; COMMIT`);
  } catch (error) {
    connection.release(true);
    throw toCommandError(error, isConnectionLoss(error) ? 'commit' : 'transaction');
  }
  connection.release(false);
}

interface Table {
  /** The open transaction of this id, which is not open any more now. */
  take(id: TransactionId): OpenTransaction | undefined;
  takeAny(session: Buffer): OpenTransaction | undefined;
  /** Open until it is taken, or until nobody has used it for too long. */
  put(id: TransactionId, transaction: OpenTransaction): void;
  takeAll(): OpenTransaction[];
}

/** Whoever uses a transaction takes it out meanwhile, so that it cannot expire in use. */
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

/** @param engine Where connections come from. */
export function createTransactions(engine: Engine): Transactions {
  const open = createTable();
  // One thing at a time in a session: an abort that overtakes a slow command, because its caller gave up waiting, must
  // still find the transaction.
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
    // A driver that starts the next one has given the earlier one up.
    await rollBackAny(id.session);
    open.put(id, await begin(engine, id.number));
  };
  const run = async (id: TransactionId, statement: Statement, values: readonly Value[]) => {
    const transaction = open.take(id);
    if (transaction === undefined) {
      throw noSuchTransaction(id);
    }
    try {
      const row = await transaction.connection.run(statement, values);
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
