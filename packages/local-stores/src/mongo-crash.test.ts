/**
 * Goal: what a client was told is done stays done when the database is killed. Writers go on writing while the database
 * dies by SIGKILL and comes back; afterwards every acknowledged write must be there. Only stores that are started here are
 * killed, never one that MONGO_URI names.
 */
import { type Collection, MongoClient } from 'mongodb';
import type { LocalStore } from './local-store';
import { startLocalMongo } from './mongo/start-local-mongo';
import type { StoreFaults } from './store-faults';
import { pollUntil } from './supervision/poll-until';
import { signalTree } from './supervision/process-tree';
import { environmentWithoutStores, START_DEADLINE_MS } from './testing/environment';
import { SERVICE_OPTIONS } from './testing/mongo-fixture';
import { createTemporaryFolder } from './testing/temporary-folder';

interface Entry {
  readonly _id: string;
}

const WRITERS = 8;
const WRITES_BEFORE_KILL = 200;
const WRITES_AFTER_RESTART = 100;

const folder = createTemporaryFolder();
let store: LocalStore;
let client: MongoClient;

function start(): Promise<LocalStore> {
  return startLocalMongo({
    dataDir: folder.path,
    env: environmentWithoutStores,
    log: () => undefined,
  });
}

function faultsOf({ faults }: LocalStore): StoreFaults {
  if (faults === undefined) {
    throw new Error('The store was not started here.');
  }
  return faults;
}

/** Gives up soon, so that writers notice within the test that the store is away. */
function connect({ uri }: LocalStore): MongoClient {
  return new MongoClient(uri, { ...SERVICE_OPTIONS, serverSelectionTimeoutMS: 5_000 });
}

beforeAll(async () => {
  store = await start();
  client = connect(store);
}, START_DEADLINE_MS);

afterAll(async () => {
  await client.close();
  await store.stop();
  folder.remove();
});

/** Writers that count what was acknowledged, until they are stopped. A failed write proves nothing and is left out. */
function startWriters(entries: Collection<Entry>): {
  readonly acknowledged: string[];
  stop(): Promise<void>;
} {
  const acknowledged: string[] = [];
  let isStopping = false;
  const write = async (writer: number) => {
    for (let index = 0; !isStopping; index += 1) {
      const _id = `${writer}-${index}`;
      try {
        await entries.insertOne({ _id });
        acknowledged.push(_id);
      } catch {
        // The database is down, or the outcome is unknown: nothing was promised.
      }
    }
  };
  const running = Array.from({ length: WRITERS }, (_, writer) => write(writer));
  return {
    acknowledged,
    async stop() {
      isStopping = true;
      await Promise.all(running);
    },
  };
}

/** Waits until so many writes have been acknowledged. */
async function reach(count: () => number, goal: number): Promise<void> {
  const isReached = () => (count() >= goal ? true : undefined);
  expect(await pollUntil(isReached, { deadlineMs: 30_000, intervalMs: 2 })).toBe(true);
}

async function missing(entries: Collection<Entry>, ids: readonly string[]): Promise<string[]> {
  const found = await entries.find({ _id: { $in: [...ids] } }).toArray();
  const present = new Set(found.map(({ _id }) => _id));
  return ids.filter((id) => !present.has(id));
}

async function expectNoLossOver(name: string, kill: () => Promise<void>): Promise<void> {
  const entries = client.db('crash').collection<Entry>(name);
  const writers = startWriters(entries);
  const count = () => writers.acknowledged.length;
  try {
    await reach(count, WRITES_BEFORE_KILL);
    await kill();
    await faultsOf(store).restart();
    await reach(count, count() + WRITES_AFTER_RESTART);
  } finally {
    await writers.stop();
  }
  expect(await missing(entries, writers.acknowledged)).toEqual([]);
}

test('keeps every acknowledged write over SIGKILL of the whole store, at the same address', async () => {
  await expectNoLossOver('whole', () => faultsOf(store).kill());
});

test('keeps every acknowledged write over SIGKILL of the engine alone, without a new wire server', async () => {
  const before = await faultsOf(store).pids();
  await expectNoLossOver('engine', async () => {
    signalTree(Object.values(before)[0] ?? 0, 'SIGKILL');
  });
  const after = await faultsOf(store).pids();
  expect(Object.values(after)[0]).not.toBe(Object.values(before)[0]);
  expect(Object.values(after).slice(1)).toEqual(Object.values(before).slice(1));
});

test('applies each increment exactly once over a SIGKILL, as far as it was acknowledged', async () => {
  const counters = client.db('crash').collection<{ _id: string; n: number }>('counters');
  await counters.insertOne({ _id: 'c', n: 0 });
  let acknowledged = 0;
  let unknown = 0;
  let isStopping = false;
  const increment = async () => {
    while (!isStopping) {
      try {
        await counters.updateOne({ _id: 'c' }, { $inc: { n: 1 } });
        acknowledged += 1;
      } catch {
        // Applied or not: counted as unknown.
        unknown += 1;
      }
    }
  };
  const running = Array.from({ length: WRITERS }, increment);
  try {
    await reach(() => acknowledged, WRITES_BEFORE_KILL);
    await faultsOf(store).kill();
    await faultsOf(store).restart();
    await reach(() => acknowledged, acknowledged + WRITES_AFTER_RESTART);
  } finally {
    isStopping = true;
    await Promise.all(running);
  }
  const n = (await counters.findOne({ _id: 'c' }))?.n ?? 0;
  expect(n).toBeGreaterThanOrEqual(acknowledged);
  expect(n).toBeLessThanOrEqual(acknowledged + unknown);
});

test('answers again after a pause, with nothing lost', async () => {
  const entries = client.db('crash').collection<Entry>('pause');
  await faultsOf(store).pause();
  const write = entries.insertOne({ _id: 'during' });
  await faultsOf(store).resume();
  await write;
  expect(await missing(entries, ['during'])).toEqual([]);
});

test('ends transactions that were open when the engine died, and says they may be repeated', async () => {
  const entries = client.db('crash').collection<Entry>('transactions');
  await entries.insertOne({ _id: 'there' });
  await client.withSession(async (session) => {
    session.startTransaction();
    await entries.insertOne({ _id: 'open' }, { session });
    await faultsOf(store).kill();
    await faultsOf(store).restart();
    await expect(entries.insertOne({ _id: 'next' }, { session })).rejects.toMatchObject({
      errorLabels: ['TransientTransactionError'],
    });
    await session.abortTransaction();
  });
  expect(await missing(entries, ['there', 'open', 'next'])).toEqual(['open', 'next']);
});

test('keeps data over a stop and a start with the same folder', async () => {
  const entries = client.db('crash').collection<Entry>('restart');
  await entries.insertOne({ _id: 'kept' });
  await client.close();
  await store.stop();
  store = await start();
  client = connect(store);
  const again = client.db('crash').collection<Entry>('restart');
  expect(await missing(again, ['kept'])).toEqual([]);
});

test('says in a sentence that another process uses the data folder', async () => {
  await expect(start()).rejects.toThrow(
    `The folder ${folder.path}/mongo is in use by another process.`,
  );
});
