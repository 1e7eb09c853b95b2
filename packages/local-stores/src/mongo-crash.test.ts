/**
 * Acknowledged writes survive a killed database. Writers keep writing while the database is killed
 * by SIGKILL and restarted; afterwards every acknowledged write must be there. Only stores that are
 * started here are killed, never the one at MONGO_URI.
 */
import { type Collection, MongoClient } from 'mongodb';
import { startLocalMongo } from './mongo/start-local-mongo';
import { pollUntil } from './processes/poll-until';
import { signalTree } from './processes/process-tree';
import type { LocalStore } from './store/local-store';
import type { StoreFaults } from './supervision/store-faults';
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

/** A short timeout, so that writers notice within the test that the store is down. */
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

interface Outcome {
  /** Ids of acknowledged writes. */
  readonly acknowledged: readonly string[];
  /** Number of failed writes, each of which may have been applied or not. */
  readonly unknown: number;
}

/** Lets several writers run while the store is killed and restarted. */
async function writeOver(
  kill: () => Promise<void>,
  write: (id: string) => Promise<unknown>,
): Promise<Outcome> {
  const acknowledged: string[] = [];
  let unknown = 0;
  let isStopping = false;
  const writeOn = async (writer: number) => {
    for (let index = 0; !isStopping; index += 1) {
      const id = `${writer}-${index}`;
      try {
        await write(id);
        acknowledged.push(id);
      } catch {
        // The database is down, or the outcome is unknown.
        unknown += 1;
      }
    }
  };
  const running = Array.from({ length: WRITERS }, (_, writer) => writeOn(writer));
  const count = () => acknowledged.length;
  try {
    await reach(count, WRITES_BEFORE_KILL);
    await kill();
    await faultsOf(store).restart();
    await reach(count, count() + WRITES_AFTER_RESTART);
  } finally {
    isStopping = true;
    await Promise.all(running);
  }
  return { acknowledged, unknown };
}

/** Waits until this many writes have been acknowledged. */
async function reach(count: () => number, goal: number): Promise<void> {
  const isReached = () => (count() >= goal ? true : undefined);
  expect(await pollUntil(isReached, { deadlineMs: 30_000, intervalMs: 2 })).toBe(true);
}

async function missing(entries: Collection<Entry>, ids: readonly string[]): Promise<string[]> {
  const found = await entries.find({ _id: { $in: [...ids] } }).toArray();
  const present = new Set(found.map(({ _id }) => _id));
  return ids.filter((id) => !present.has(id));
}

const killAll = () => faultsOf(store).kill();

async function killEngine(): Promise<void> {
  const [engine] = Object.values(await faultsOf(store).pids());
  if (engine !== undefined) {
    signalTree(engine, 'SIGKILL');
  }
}

test('keeps every acknowledged write over SIGKILL of the whole store, at the same address', async () => {
  const entries = client.db('crash').collection<Entry>('whole');
  const { acknowledged } = await writeOver(killAll, (_id) => entries.insertOne({ _id }));
  expect(await missing(entries, acknowledged)).toEqual([]);
});

test('keeps every acknowledged write over SIGKILL of the engine alone, without a new wire server', async () => {
  const entries = client.db('crash').collection<Entry>('engine');
  const before = Object.values(await faultsOf(store).pids());
  const { acknowledged } = await writeOver(killEngine, (_id) => entries.insertOne({ _id }));
  const after = Object.values(await faultsOf(store).pids());
  expect(await missing(entries, acknowledged)).toEqual([]);
  expect(after[0]).not.toBe(before[0]);
  expect(after.slice(1)).toEqual(before.slice(1));
});

test('applies each acknowledged increment exactly once over a SIGKILL', async () => {
  const counters = client.db('crash').collection<{ _id: string; n: number }>('counters');
  await counters.insertOne({ _id: 'c', n: 0 });
  const { acknowledged, unknown } = await writeOver(killAll, () =>
    counters.updateOne({ _id: 'c' }, { $inc: { n: 1 } }),
  );
  const n = (await counters.findOne({ _id: 'c' }))?.n ?? 0;
  expect(n).toBeGreaterThanOrEqual(acknowledged.length);
  expect(n).toBeLessThanOrEqual(acknowledged.length + unknown);
});

test('leaves no transaction half done over a SIGKILL of the engine', async () => {
  const first = client.db('crash').collection<Entry>('first');
  const second = client.db('crash').collection<Entry>('second');
  const { acknowledged } = await writeOver(killEngine, (_id) =>
    client.withSession((session) =>
      session.withTransaction(async () => {
        await first.insertOne({ _id }, { session });
        await second.insertOne({ _id }, { session });
      }),
    ),
  );
  const idsOf = async (entries: Collection<Entry>) =>
    (await entries.find().sort({ _id: 1 }).toArray()).map(({ _id }) => _id);
  expect(await idsOf(first)).toEqual(await idsOf(second));
  expect(await missing(first, acknowledged)).toEqual([]);
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
