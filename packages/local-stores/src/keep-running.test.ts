/** A store's program that has exited is restarted, on the same address and data. */
import Redis from 'ioredis';
import { MongoClient } from 'mongodb';
import { type LocalStores, startLocalStores } from './local-stores';
import { pollUntil } from './processes/poll-until';
import { isAlive } from './processes/process-tree';
import { environmentWithoutStores, START_DEADLINE_MS } from './testing/environment';
import { createTemporaryFolder } from './testing/temporary-folder';

const BACK = { deadlineMs: 30_000, intervalMs: 50 };

const folder = createTemporaryFolder();
const log: string[] = [];
const lost: Error[] = [];
let stores: LocalStores;

beforeAll(async () => {
  stores = await startLocalStores({
    dataDir: folder.path,
    env: environmentWithoutStores,
    log: () => undefined,
  });
  stores.keepRunning({ log: (line) => log.push(line), onLost: (error) => lost.push(error) });
}, START_DEADLINE_MS);

afterAll(async () => {
  await stores.stop();
  folder.remove();
});

const writeMongo = async (): Promise<void> => {
  const client = new MongoClient(stores.mongoUri);
  try {
    await client
      .db('kept')
      .collection('things')
      .updateOne({ name: 'kept' }, { $inc: { times: 1 } }, { upsert: true });
  } finally {
    await client.close();
  }
};

const readMongo = async (): Promise<unknown> => {
  const client = new MongoClient(stores.mongoUri, { serverSelectionTimeoutMS: 500 });
  try {
    return (await client.db('kept').collection('things').findOne({ name: 'kept' }))?.['times'];
  } catch {
    // Not running again yet.
    return undefined;
  } finally {
    await client.close();
  }
};

test(
  'each program of MongoDB is started again after kill -9, with what was written',
  async () => {
    const pids = (await stores.faults.mongo?.pids()) ?? {};
    expect(Object.keys(pids).length).toBeGreaterThan(0);
    for (const [index, name] of Object.keys(pids).entries()) {
      await writeMongo();
      log.length = 0;
      const pid = (await stores.faults.mongo?.pids())?.[name] ?? 0;
      process.kill(pid, 'SIGKILL');

      const told = () => (log.includes('MongoDB answers again.') ? true : undefined);
      expect(await pollUntil(told, BACK)).toBe(true);
      expect(log[0]).toBe(`MongoDB: ${name} has ended; starting it again.`);
      expect(await pollUntil(readMongo, BACK)).toBe(index + 1);
      expect(isAlive(pid)).toBe(false);
    }
  },
  START_DEADLINE_MS,
);

test('Redis is started again after kill -9, with what was written', async () => {
  const write = new Redis(stores.redisUrl);
  await write.set('kept', 'yes');
  write.disconnect();
  log.length = 0;

  process.kill((await stores.faults.redis?.pids())?.['redis'] ?? 0, 'SIGKILL');

  const told = () => (log.includes('Redis answers again.') ? true : undefined);
  expect(await pollUntil(told, BACK)).toBe(true);
  const read = new Redis(stores.redisUrl);
  expect(await read.get('kept')).toBe('yes');
  read.disconnect();
  expect(lost).toEqual([]);
});

test('what ends because it was asked to is not started again', async () => {
  log.length = 0;
  const pids = [
    ...Object.values((await stores.faults.mongo?.pids()) ?? {}),
    ...Object.values((await stores.faults.redis?.pids()) ?? {}),
  ];

  await stores.stop();

  expect(pids.filter(isAlive)).toEqual([]);
  expect([log, lost]).toEqual([[], []]);
});
