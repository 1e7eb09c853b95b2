import { setTimeout as delay } from 'node:timers/promises';
import { Client, Pool, type PoolClient } from 'pg';
import { CommandError } from '../errors/command-error';
import { isConflict, isConnectionLoss } from '../errors/engine-failure';
import { CODE } from '../errors/error-codes';
import type { Statement } from './statements';
import { createTurns } from './turns';

/** A value of a result: text, as PostgreSQL prints it. */
export type Cell = string | null;
export type Row = readonly Cell[];
/** Values bound to a statement. BSON travels as bytes, in both directions without decoding. */
export type Value = string | number | bigint | boolean | Buffer | readonly bigint[] | null;

/** One connection to the engine, for as long as somebody needs it to be the same. */
export interface EngineConnection {
  /** @throws PostgreSQL's error, or a connection error. */
  run(statement: Statement, values: readonly Value[]): Promise<Row | undefined>;
  /** Plain SQL without parameters: BEGIN, COMMIT, ROLLBACK. */
  control(sql: string): Promise<void>;
  /** Gives the connection back; `isBroken` closes it instead. */
  release(isBroken: boolean): void;
}

/** The database engine behind this server. */
export interface Engine {
  /**
   * Runs one statement on its own, again after a deadlock. The engine itself watches over `maxTimeMS`.
   * @param scope Statements of the same scope that run again do so one after the other.
   */
  run(scope: string, statement: Statement, values: readonly Value[]): Promise<Row | undefined>;
  /** Takes a connection for a transaction. */
  acquire(): Promise<EngineConnection>;
  /** False between a lost connection and the next one that succeeds. */
  isUp(): boolean;
  close(): Promise<void>;
}

/** Where the engine listens, and how much of it this server uses. */
export interface EngineOptions {
  /** Folder of the Unix socket. */
  readonly socketFolder: string;
  /** Connections for single statements. */
  readonly connectionsMax: number;
  /** Connections for transactions, apart: a transaction that waits must not starve single statements. */
  readonly transactionsMax: number;
  /** Callers that may wait for a connection; more are refused. */
  readonly waitingMax: number;
}

/**
 * MongoDB's users never see a conflict outside a transaction: the server runs the operation again. Here too, for
 * longer than any driver waits.
 */
const CONFLICT_RETRY_MS_MAX = 30_000;
const CONFLICT_PAUSE_MS_MAX = 20;
const PROBE_INTERVAL_MS = 50;
/** An engine that accepts and then says nothing is not up. */
const PROBE_DEADLINE_MS = 1_000;
/** A transaction does not wait for a row that another one has changed, as in MongoDB: 1 ms is PostgreSQL's least. */
const TRANSACTION_LOCK_TIMEOUT_MS = 1;
/** Above the life of an idle transaction, so that only a real fault is cut. */
const LOCK_TIMEOUT_MS = 70_000;
/** Above the wire server's own limit, which comes first unless the wire server is dead. */
const TRANSACTION_IDLE_MS_MAX = 90_000;

const HEX_PREFIX = 'BSONHEX';

/** The bytes of a BSON result. */
export function bytesOfBson(cell: Cell | undefined): Buffer {
  if (cell === null || cell === undefined || !cell.startsWith(HEX_PREFIX)) {
    throw new Error('The engine answered with something else than BSON.');
  }
  return Buffer.from(cell.slice(HEX_PREFIX.length), 'hex');
}

function createPool(options: EngineOptions, max: number, lockTimeoutMs: number): Pool {
  const pool = new Pool({
    host: options.socketFolder,
    user: 'postgres',
    database: 'postgres',
    max,
    min: 0,
    idleTimeoutMillis: 60_000,
    lock_timeout: lockTimeoutMs,
    idle_in_transaction_session_timeout: TRANSACTION_IDLE_MS_MAX,
    options: '-c documentdb.throwDeadlockOnCRUD=on -c documentdb.useFileBasedPersistedCursors=on',
    types: { getTypeParser: () => (text: string) => text },
  });
  // A connection that breaks fails the query on it, or the next one. Its own event, for which the driver demands
  // a listener, idle or in use, says nothing more.
  pool.on('error', () => undefined);
  pool.on('connect', (client) => client.on('error', () => undefined));
  return pool;
}

async function query(
  client: Pick<PoolClient, 'query'>,
  statement: Statement,
  values: readonly Value[],
): Promise<Row | undefined> {
  const config = { ...statement, values: [...values], rowMode: 'array' as const };
  const result = await client.query<Cell[]>(config);
  return result.rows[0];
}

/** Watches the engine after a lost connection and tells when it accepts connections again. */
function createHealth(options: EngineOptions): {
  isUp(): boolean;
  reportLoss(): void;
  close(): void;
} {
  let up = true;
  let closed = false;
  const probe = async () => {
    while (!closed) {
      const client = new Client({
        host: options.socketFolder,
        user: 'postgres',
        connectionTimeoutMillis: PROBE_DEADLINE_MS,
      });
      client.on('error', () => undefined);
      try {
        await client.connect();
        await client.end();
        up = true;
        return;
      } catch {
        // Still down; ask again below.
        await delay(PROBE_INTERVAL_MS);
      }
    }
  };
  return {
    isUp: () => up,
    reportLoss() {
      if (up && !closed) {
        up = false;
        void probe();
      }
    },
    close() {
      closed = true;
    },
  };
}

/** Connects lazily; a stopped engine is noticed at the first use and its return without a restart of this server. */
export function createEngine(options: EngineOptions): Engine {
  const singles = createPool(options, options.connectionsMax, LOCK_TIMEOUT_MS);
  const transactions = createPool(options, options.transactionsMax, TRANSACTION_LOCK_TIMEOUT_MS);
  const health = createHealth(options);
  const turns = createTurns();

  const take = async (pool: Pool): Promise<PoolClient> => {
    if (pool.waitingCount >= options.waitingMax) {
      throw new CommandError(CODE.internalError, 'Too many operations wait for the engine.');
    }
    try {
      return await pool.connect();
    } catch (error) {
      health.reportLoss();
      throw error;
    }
  };
  const runOnce = async (statement: Statement, values: readonly Value[]) => {
    const client = await take(singles);
    let isLost = true;
    try {
      const row = await query(client, statement, values);
      isLost = false;
      return row;
    } catch (error) {
      isLost = isConnectionLoss(error);
      if (isLost) {
        health.reportLoss();
      }
      throw error;
    } finally {
      client.release(isLost);
    }
  };
  const runAgain = async (statement: Statement, values: readonly Value[]) => {
    const giveUpAt = performance.now() + CONFLICT_RETRY_MS_MAX;
    for (;;) {
      try {
        return await runOnce(statement, values);
      } catch (error) {
        if (!isConflict(error) || performance.now() > giveUpAt) {
          throw error;
        }
        await delay(Math.random() * CONFLICT_PAUSE_MS_MAX);
      }
    }
  };
  return {
    async run(scope, statement, values) {
      try {
        return await runOnce(statement, values);
      } catch (error) {
        if (!isConflict(error)) {
          throw error;
        }
      }
      // Many that ran into each other would do so again. One at a time they get through.
      return turns(scope, () => runAgain(statement, values));
    },
    async acquire() {
      return toConnection(await take(transactions), health.reportLoss);
    },
    isUp: health.isUp,
    async close() {
      health.close();
      await Promise.all([singles.end(), transactions.end()]);
    },
  };
}

function toConnection(client: PoolClient, reportLoss: () => void): EngineConnection {
  const guard = async <Result>(work: Promise<Result>): Promise<Result> => {
    try {
      return await work;
    } catch (error) {
      if (isConnectionLoss(error)) {
        reportLoss();
      }
      throw error;
    }
  };
  return {
    run: (statement, values) => guard(query(client, statement, values)),
    async control(sql) {
      await guard(client.query(sql));
    },
    release: (isBroken) => client.release(isBroken),
  };
}
