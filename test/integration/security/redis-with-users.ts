import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { findOnPath } from '@flashreserve/local-stores';
import { Redis } from 'ioredis';
import { eventually } from '../../support/eventually';
import { freePort } from '../../support/free-port';
import { testEnvironment } from '../../support/stores';

const START_SCRIPT = resolve(__dirname, '../../../deploy/redis/start.sh');

export type RedisUser = 'queue' | 'limits' | 'operator';

/**
 * A separate Redis, started like its container: with the same script and the same file of users.
 */
export interface RedisWithUsers {
  readonly prefix: string;
  readonly port: number;
  readonly urlOf: (user: RedisUser) => string;
  /** Commands and keys refused to a user since the start. */
  readonly refusedTo: (user: RedisUser) => Promise<readonly string[]>;
  readonly operator: Redis;
  /**
   * Kills the server with SIGKILL and restarts it on its append-only file; resolves once it
   * answers.
   */
  readonly killAndRestart: () => Promise<void>;
  readonly stop: () => Promise<void>;
}

const findServer = (): string => {
  const program = findOnPath(testEnvironment(), ['redis-server', 'valkey-server']);
  if (program === undefined) throw new Error('This suite needs redis-server on PATH.');
  return program;
};

/** ACL LOG returns lists of names and values. */
const refusalsIn = (log: unknown, user: RedisUser): readonly string[] =>
  (log as readonly (readonly unknown[] | Readonly<Record<string, unknown>>)[]).flatMap((entry) => {
    const fields = Array.isArray(entry)
      ? Object.fromEntries(
          entry.flatMap((name, index) => (index % 2 === 0 ? [[name, entry[index + 1]]] : [])),
        )
      : entry;
    return fields['username'] === user
      ? [`${fields['reason']} ${fields['object']} (${fields['context']})`]
      : [];
  });

const stopServer = async (server: ChildProcess, signal: NodeJS.Signals): Promise<void> => {
  if (server.exitCode !== null || server.signalCode !== null) return;
  const gone = once(server, 'exit');
  server.kill(signal);
  await gone;
};

export const startRedisWithUsers = async (prefix: string): Promise<RedisWithUsers> => {
  const folder = mkdtempSync(join(tmpdir(), 'flashreserve-redis-users-'));
  const port = await freePort();
  const password = randomBytes(24).toString('hex');
  const passwordOf = (user: RedisUser): string => `${user}-${password}`;
  const settings = ['--port', String(port), '--bind', '127.0.0.1', '--dir', folder, '--save', ''];
  const durable = ['--appendonly', 'yes', '--appendfsync', 'everysec'];
  const start = (): ChildProcess =>
    spawn(
      'sh',
      [START_SCRIPT, findServer(), ...settings, ...durable, '--maxmemory-policy', 'noeviction'],
      {
        env: {
          ...testEnvironment(),
          TMPDIR: folder,
          REDIS_PREFIX: prefix,
          REDIS_QUEUE_PASSWORD: passwordOf('queue'),
          REDIS_LIMITS_PASSWORD: passwordOf('limits'),
          REDIS_OPERATOR_PASSWORD: passwordOf('operator'),
        },
        stdio: ['ignore', 'ignore', 'inherit'],
      },
    );
  let server = start();
  const urlOf = (user: RedisUser): string =>
    `redis://${user}:${passwordOf(user)}@127.0.0.1:${port}`;
  const operator = new Redis(urlOf('operator'), { retryStrategy: () => 100 });
  // Retried until the server listens; `eventually` throws if it never does.
  operator.on('error', () => undefined);
  await eventually(() => operator.ping(), 10_000);
  return {
    prefix,
    port,
    urlOf,
    refusedTo: async (user) => refusalsIn(await operator.call('ACL', 'LOG', '128'), user),
    operator,
    killAndRestart: async () => {
      await stopServer(server, 'SIGKILL');
      server = start();
      await eventually(() => operator.ping(), 20_000);
    },
    stop: async () => {
      operator.disconnect();
      await stopServer(server, 'SIGTERM');
      rmSync(folder, { recursive: true });
    },
  };
};
