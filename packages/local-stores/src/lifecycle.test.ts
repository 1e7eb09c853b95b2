/**
 * Started stores do not outlive their owner and leave nothing behind; given stores are never
 * changed.
 */
import { once } from 'node:events';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  writeFileSync,
} from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import Redis from 'ioredis';
import { MongoClient } from 'mongodb';
import { startLocalStores } from './local-stores';
import { pollUntil } from './processes/poll-until';
import { isAlive } from './processes/process-tree';
import { environmentWithoutStores, START_DEADLINE_MS } from './testing/environment';
import { runOwner, startOwner } from './testing/owner-process';
import { createTemporaryFolder } from './testing/temporary-folder';

const GONE = { deadlineMs: 20_000, intervalMs: 50 };

const folder = createTemporaryFolder();

afterAll(() => {
  folder.remove();
});

function freshFolder(name: string): string {
  const path = join(folder.path, name);
  mkdirSync(path);
  return path;
}

async function isListening(uri: string): Promise<boolean> {
  const { hostname, port } = new URL(uri);
  const socket = connect(Number(port), hostname);
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

async function expectGone(uri: string): Promise<void> {
  const isGone = async () => ((await isListening(uri)) ? undefined : true);
  expect(await pollUntil(isGone, GONE)).toBe(true);
}

async function ping(uri: string): Promise<void> {
  const client = new MongoClient(uri);
  try {
    await client.db('admin').command({ ping: 1 });
  } finally {
    await client.close();
  }
}

test(
  'stores and their folders are gone when their owner dies by SIGKILL',
  async () => {
    const TMPDIR = freshFolder('throw-away');
    const owner = await startOwner({ ...environmentWithoutStores, TMPDIR });
    await ping(owner.mongoUri);
    expect(readdirSync(TMPDIR)).toHaveLength(2);
    owner.child.kill('SIGKILL');
    await expectGone(owner.mongoUri);
    await expectGone(owner.redisUrl);
    const isEmpty = () => (readdirSync(TMPDIR).length === 0 ? true : undefined);
    expect(await pollUntil(isEmpty, GONE)).toBe(true);
  },
  START_DEADLINE_MS,
);

test(
  'a Ctrl-C stops everything in order and the next start finds its data folder free',
  async () => {
    const dataDir = freshFolder('kept');
    const first = await startOwner(environmentWithoutStores, dataDir);
    first.child.kill('SIGINT');
    const [status] = (await once(first.child, 'exit')) as [number | null];
    expect(status).toBe(0);
    expect(await isListening(first.mongoUri)).toBe(false);
    expect(await isListening(first.redisUrl)).toBe(false);

    const second = await startOwner(environmentWithoutStores, dataDir);
    await ping(second.mongoUri);
    second.child.kill('SIGKILL');
    // The guardian may still be stopping the stores; the next start waits for it.
    const third = await startOwner(environmentWithoutStores, dataDir);
    await ping(third.mongoUri);
    third.child.kill('SIGTERM');
    await once(third.child, 'exit');
  },
  START_DEADLINE_MS,
);

/** The guardian of a store's program is its parent process. */
function guardianOf(pid: number): number {
  return Number(/^PPid:\s*(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]);
}

async function redisPid(url: string): Promise<number> {
  const client = new Redis(url);
  try {
    return Number(/process_id:(\d+)/.exec(await client.info('server'))?.[1]);
  } finally {
    client.disconnect();
  }
}

test(
  'the next start takes over a data folder whose owner and guardians were all killed',
  async () => {
    const dataDir = freshFolder('orphaned');
    const first = await startOwner(environmentWithoutStores, dataDir);
    const pidFile = join(dataDir, 'mongo', 'data', 'cluster', 'postmaster.pid');
    const orphans = [
      await redisPid(first.redisUrl),
      // Only DocumentDB writes this file; mongod locks its own data folder.
      ...(existsSync(pidFile) ? [Number.parseInt(readFileSync(pidFile, 'utf8'), 10)] : []),
    ];
    for (const guardian of orphans.map(guardianOf)) {
      process.kill(guardian, 'SIGKILL');
    }
    first.child.kill('SIGKILL');
    expect(orphans.filter(isAlive)).toEqual(orphans);

    const second = await startOwner(environmentWithoutStores, dataDir);
    await ping(second.mongoUri);
    expect(orphans.filter(isAlive)).toEqual([]);
    second.child.kill('SIGTERM');
    await once(second.child, 'exit');
  },
  START_DEADLINE_MS,
);

test(
  'a pid file whose number belongs to another program does not stop the next start',
  async () => {
    const dataDir = freshFolder('stale');
    const options = { dataDir, env: environmentWithoutStores, log: () => undefined };
    const first = await startLocalStores(options);
    const pids = await first.faults.mongo?.pids();
    await first.stop();
    expect(Object.values(pids ?? {}).filter(isAlive)).toEqual([]);
    const pidFile = join(dataDir, 'mongo', 'data', 'cluster', 'postmaster.pid');
    if (pids?.['documentdb'] !== undefined) {
      writeFileSync(pidFile, `${process.pid}\n${readFileSync(__filename, 'utf8').length}\n`);
      chmodSync(pidFile, 0o644);
    }
    const second = await startLocalStores(options);
    await ping(second.mongoUri);
    await second.stop();
  },
  START_DEADLINE_MS,
);

test(
  'stores that the environment names are used and never touched',
  async () => {
    const log: string[] = [];
    const own = await startLocalStores({ env: environmentWithoutStores, log: () => undefined });
    try {
      const env = { MONGO_URI: own.mongoUri, REDIS_URL: own.redisUrl };
      const given = await startLocalStores({ env, log: (line) => log.push(line) });
      expect(given.mongoUri).toBe(own.mongoUri);
      expect(given.redisUrl).toBe(own.redisUrl);
      expect(given.faults).toEqual({});
      await given.stop();
      await ping(own.mongoUri);
      expect(await isListening(own.redisUrl)).toBe(true);
      expect(log).toEqual([]);
    } finally {
      await own.stop();
    }
  },
  START_DEADLINE_MS,
);

test('a stop may be called twice', async () => {
  const stores = await startLocalStores({ env: environmentWithoutStores, log: () => undefined });
  await Promise.all([stores.stop(), stores.stop()]);
  await stores.stop();
  expect(await isListening(stores.mongoUri)).toBe(false);
});

test('where nothing works, the error lists every way in whole sentences', async () => {
  const home = freshFolder('nothing');
  mkdirSync(join(home, 'flashreserve', 'mongodb'), { recursive: true });
  // After a failed download, none is attempted for a day.
  writeFileSync(join(home, 'flashreserve', 'mongodb', 'download-failed'), 'no network');
  chmodSync(folder.path, 0o755);
  const env = { PATH: '', HOME: home, XDG_CACHE_HOME: home };
  // Without root no packages can be installed.
  const nobody = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};
  const { status, output } = await runOwner(env, nobody);
  expect(status).toBe(1);
  for (const way of [
    'docker run -d --name flashreserve-mongo',
    'docker run -d --name flashreserve-redis',
    join(home, 'flashreserve', 'mongodb', 'download-failed'),
    'MONGO_URI',
    'REDIS_URL',
    'mongod is on PATH',
    'redis-server or valkey-server',
    'As root on Debian',
  ]) {
    expect(output).toContain(way);
  }
  expect(output).not.toMatch(/^ {4}at /m);
});
