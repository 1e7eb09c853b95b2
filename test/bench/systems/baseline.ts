import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { endProcess } from '@flashreserve/scripts/end-process';
import { z } from 'zod';
import { auditBaseline } from './baseline-audit';
import { HOST } from './bench-environment';
import { insertBaselineProducts } from './insert-products';
import { profileArguments } from './profile-arguments';
import { createProduct } from './rest-client';
import type { Site, System } from './system';

/** What the baseline shares with the stack beside it. */
export interface BaselineSettings {
  /** Prefix of database and keys. */
  readonly prefix: string;
  /** URL of the public keys. */
  readonly authUrl: string;
  readonly adminToken: string;
  readonly ttlSeconds: number;
}

const listening = z.object({ port: z.number() });
const KILL_AFTER_MS = 5_000;

const waitForPort = async (child: ChildProcess, lines: readonly string[]): Promise<number> => {
  const failed = new AbortController();
  child.once('exit', () => {
    failed.abort();
  });
  try {
    const [message]: unknown[] = await once(child, 'message', { signal: failed.signal });
    return listening.parse(message).port;
  } catch (error) {
    throw new Error(`The baseline did not start:\n${lines.join('\n')}`, { cause: error });
  }
};

/**
 * Starts the monolith as one process in production mode. It accepts the tokens of the stack at
 * `authUrl`.
 */
export const startBaseline = async (site: Site, settings: BaselineSettings): Promise<System> => {
  const { prefix, authUrl, adminToken, ttlSeconds } = settings;
  const database = `${prefix}_baseline`;
  const child = fork(join(__dirname, '../baseline/main.js'), {
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    execArgv:
      site.cpuProfFolder === undefined ? [] : [...profileArguments(site.cpuProfFolder, database)],
    env: {
      NODE_ENV: 'production',
      MONGO_URI: site.mongoUri,
      MONGO_DB: database,
      REDIS_URL: site.redisUrl,
      REDIS_PREFIX: database,
      JWKS_URL: `${authUrl}/.well-known/jwks.json`,
      RESERVATION_TTL_SECONDS: String(ttlSeconds),
    },
  });
  const lines: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    if (stream !== null) createInterface({ input: stream }).on('line', (line) => lines.push(line));
  }
  const url = `http://${HOST}:${await waitForPort(child, lines)}`;
  return {
    label: 'baseline',
    url,
    prefix,
    processes: () => [{ name: 'baseline', pid: child.pid ?? 0 }],
    createProduct: (stock) => createProduct(url, adminToken, stock),
    insertProducts: (count, stock) => insertBaselineProducts(site.mongoUri, database, count, stock),
    // It responds after its last write.
    settle: () => Promise.resolve(),
    audit: () => auditBaseline(site.mongoUri, database),
    logLines: () => lines,
    stop: () => endProcess(child, KILL_AFTER_MS),
  };
};
