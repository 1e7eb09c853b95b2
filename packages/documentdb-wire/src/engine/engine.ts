import { setTimeout as delay } from 'node:timers/promises';
import { Client, Pool, type PoolClient } from 'pg';
import { CommandError } from '../errors/command-error';
import { isConflict, isConnectionLoss } from '../errors/engine-failure';
import { CODE } from '../errors/error-codes';
import type { Statement } from './statements';
import { createTurns } from './turns';

/** A value of a result, in PostgreSQL's text format. */
export type Cell = string | null;
export type Row = readonly Cell[];
/** Values bound to a statement. BSON is passed as bytes and never decoded on the way. */
export type Value = string | number | bigint | boolean | Buffer | readonly bigint[] | null;

/** One connection to the engine, reserved for its holder. */
export interface EngineConnection {
  /** @throws PostgreSQL's error, or a connection error. */
  run(statement: Statement, values: readonly Value[]): Promise<Row | undefined>;
  /** Plain SQL without parameters: BEGIN, COMMIT, ROLLBACK. */
  control(sql: string): Promise<void>;
  /** Returns the connection to the pool, or closes it if `isBroken`. */
  release(isBroken: boolean): void;
}

/** The database engine behind this server. */
export interface Engine {
  /**
   * Runs one statement outside a transaction, and retries it after a conflict. The engine enforces
   * `maxTimeMS`.
   * @param scope Retries with the same scope run one at a time.
   */
  run(scope: string, statement: Statement, values: readonly Value[]): Promise<Row | undefined>;
  /** Reserves a connection for a transaction. */
  acquire(): Promise<EngineConnection>;
  /** False from a lost connection until a new one succeeds. */
  isUp(): boolean;
  close(): Promise<void>;
}

/** Where the engine listens, and how many connections this server may open. */
export interface EngineOptions {
  /** Folder of the Unix socket. */
  readonly socketFolder: string;
  /** Connections for single statements. */
  readonly connectionsMax: number;
  /**
   * Connections for transactions, in a separate pool: open transactions must not starve single
   * statements.
   */
  readonly transactionsMax: number;
  /** Maximum number of callers that wait for a connection; more are refused. */
  readonly waitingMax: number;
}

/**
 * Outside transactions, MongoDB retries conflicts in the server, so clients never see one. So does
 * this server, for longer than any driver waits.
 */
const CONFLICT_RETRY_MS_MAX = 30_000;
const CONFLICT_PAUSE_MS_MAX = 20;
const PROBE_INTERVAL_MS = 50;
/** An engine that accepts a connection but does not answer is not up. */
const PROBE_DEADLINE_MS = 1_000;
/**
 * As in MongoDB, a transaction does not wait for a row that another one has changed. 1 ms is the
 * shortest timeout that PostgreSQL has.
 */
const TRANSACTION_LOCK_TIMEOUT_MS = 1;
/** Longer than an idle transaction lives, so that only a genuine fault reaches it. */
const LOCK_TIMEOUT_MS = 70_000;
/** Longer than this server's own limit, so it takes effect only if this server has died. */
const TRANSACTION_IDLE_MS_MAX = 90_000;

const HEX_PREFIX = 'BSONHEX';

/** The bytes of a BSON result. */
export function bytesOfBson(cell: Cell | undefined): Buffer {
  if (cell === null || cell === undefined || !cell.startsWith(HEX_PREFIX)) {
    throw new Error('The engine returned something other than BSON.');
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
    // Sends queries without waiting for the results of earlier ones: see `begin`.
    pipeline: true,
  });
  // A broken connection fails its current or next query. The event adds nothing, but without a
  // listener it would end the process.
  pool.on('error', () => undefined);
  pool.on('connect', (client) => client.on('error', () => undefined));
  return pool;
}

async function query(
  client: Pick<PoolClient, 'query'>,
  statement: Statement,
  values: readonly Value[],
): Promise<Row | undefined> {
  const { name, text } = statement;
  const config = { name, text, values: [...values], rowMode: 'array' as const };
  const result = await client.query<Cell[]>(config);
  return result.rows[0];
}

/** After a lost connection, probes the engine until it accepts connections again. */
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
        // Still down.
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

/**
 * Connects lazily. A stopped engine is noticed at the next use, and its return without a restart of
 * this server.
 */
export function createEngine(options: EngineOptions): Engine {
  const singles = createPool(options, options.connectionsMax, LOCK_TIMEOUT_MS);
  const transactions = createPool(options, options.transactionsMax, TRANSACTION_LOCK_TIMEOUT_MS);
  const health = createHealth(options);
  const turns = createTurns();

  const take = async (pool: Pool): Promise<PoolClient> => {
    if (pool.waitingCount >= options.waitingMax) {
      throw new CommandError(CODE.internalError, 'Too many operations are waiting for the engine.');
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
      // Retried concurrently, they would conflict again; one at a time they succeed.
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
