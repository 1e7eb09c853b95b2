import { closeSync, openSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { Client } from 'pg';

/** After this long without an answer, a connection is tried again. */
const CONNECT_DEADLINE_MS = 2_000;
const CONNECT_INTERVAL_MS = 20;

/**
 * A short path to the folder of PostgreSQL's Unix socket, through a descriptor under `/proc`: the
 * kernel limits socket addresses to 107 bytes, and data folders may have longer paths. Valid until
 * `close`, or until this process ends.
 */
export function shortSocketFolder(dataFolder: string): { path: string; close: () => void } {
  const descriptor = openSync(dataFolder, 'r');
  return { path: `/proc/self/fd/${descriptor}`, close: () => closeSync(descriptor) };
}

async function tryConnect(socketFolder: string): Promise<Client | undefined> {
  const client = new Client({
    host: socketFolder,
    user: 'postgres',
    database: 'postgres',
    connectionTimeoutMillis: CONNECT_DEADLINE_MS,
  });
  // If the connection breaks later, the query fails.
  client.on('error', () => undefined);
  try {
    await client.connect();
    return client;
  } catch {
    // Not listening yet, or still recovering.
    return undefined;
  }
}

async function connectWithin(
  socketFolder: string,
  deadlineMs: number,
): Promise<Client | undefined> {
  const end = performance.now() + deadlineMs;
  for (;;) {
    const client = await tryConnect(socketFolder);
    if (client !== undefined || performance.now() >= end) {
      return client;
    }
    await delay(CONNECT_INTERVAL_MS);
  }
}

/**
 * Waits until PostgreSQL answers, then runs SQL.
 * @returns False when it does not answer within the deadline. SQL errors are thrown.
 */
export async function runSqlWhenReady(
  dataFolder: string,
  sql: string,
  deadlineMs: number,
): Promise<boolean> {
  const socket = shortSocketFolder(dataFolder);
  try {
    const client = await connectWithin(socket.path, deadlineMs);
    if (client === undefined) {
      return false;
    }
    try {
      await client.query(sql);
    } finally {
      await client.end();
    }
    return true;
  } finally {
    socket.close();
  }
}
