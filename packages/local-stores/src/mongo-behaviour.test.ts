/**
 * The MongoDB behaviour that services rely on. Runs on the store that is found or started; set
 * MONGO_URI to test MongoDB itself.
 */
import {
  type ClientSession,
  type Collection,
  MongoBulkWriteError,
  MongoClient,
  MongoServerError,
} from 'mongodb';
import { environment, START_DEADLINE_MS } from './testing/environment';
import { type MongoFixture, openMongoFixture, SERVICE_OPTIONS } from './testing/mongo-fixture';

interface Stock {
  readonly _id: string;
  readonly units: number;
}

const SNAPSHOT = {
  readConcern: { level: 'snapshot' },
  writeConcern: { w: 'majority', journal: true },
} as const;

let fixture: MongoFixture;
let stock: Collection<Stock>;

beforeAll(async () => {
  fixture = await openMongoFixture(environment);
  stock = fixture.db.collection<Stock>('stock');
  await fixture.db.createCollection('orders');
}, START_DEADLINE_MS);

afterAll(async () => {
  await fixture.close();
});

async function unitsOf(id: string): Promise<number | undefined> {
  return (await stock.findOne({ _id: id }))?.units;
}

async function errorOf(work: Promise<unknown>): Promise<MongoServerError> {
  try {
    await work;
  } catch (error) {
    if (error instanceof MongoServerError) {
      return error;
    }
    throw error;
  }
  throw new Error('The operation succeeded.');
}

async function withSessions(
  work: (first: ClientSession, second: ClientSession) => Promise<void>,
): Promise<void> {
  const first = fixture.client.startSession();
  const second = fixture.client.startSession();
  try {
    await work(first, second);
  } finally {
    await first.endSession();
    await second.endSession();
  }
}

test('grants exactly 50 units to 500 concurrent conditional updates', async () => {
  await stock.insertOne({ _id: 'hot', units: 50 });
  const take = () =>
    stock.findOneAndUpdate({ _id: 'hot', units: { $gte: 1 } }, { $inc: { units: -1 } });
  const results = await Promise.all(Array.from({ length: 500 }, take));
  expect(results.filter((result) => result !== null)).toHaveLength(50);
  expect(await unitsOf('hot')).toBe(0);
});

describe('a transaction', () => {
  test('that commits is visible as a whole', async () => {
    await stock.insertOne({ _id: 'commit', units: 5 });
    const orders = fixture.db.collection('orders');
    await fixture.client.withSession((session) =>
      session.withTransaction(async () => {
        await stock.updateOne({ _id: 'commit' }, { $inc: { units: -1 } }, { session });
        await orders.insertOne({ product: 'commit' }, { session });
        expect(await unitsOf('commit')).toBe(5);
      }, SNAPSHOT),
    );
    expect(await unitsOf('commit')).toBe(4);
    expect(await orders.countDocuments({ product: 'commit' })).toBe(1);
  });

  test('that aborts leaves no trace', async () => {
    await stock.insertOne({ _id: 'abort', units: 5 });
    await fixture.client.withSession(async (session) => {
      session.startTransaction(SNAPSHOT);
      await stock.updateOne({ _id: 'abort' }, { $inc: { units: -1 } }, { session });
      await session.abortTransaction();
    });
    expect(await unitsOf('abort')).toBe(5);
  });

  test('that meets an uncommitted change of another one gets WriteConflict and may be repeated', async () => {
    await stock.insertOne({ _id: 'conflict', units: 5 });
    await withSessions(async (first, second) => {
      first.startTransaction(SNAPSHOT);
      second.startTransaction(SNAPSHOT);
      await stock.updateOne({ _id: 'conflict' }, { $inc: { units: -1 } }, { session: first });
      const error = await errorOf(
        stock.updateOne({ _id: 'conflict' }, { $inc: { units: -1 } }, { session: second }),
      );
      expect(error.code).toBe(112);
      expect(error.hasErrorLabel('TransientTransactionError')).toBe(true);
      await second.abortTransaction();
      await first.commitTransaction();
    });
    expect(await unitsOf('conflict')).toBe(4);
  });

  test('reads one snapshot and cannot overwrite what came after it', async () => {
    await stock.insertOne({ _id: 'snapshot', units: 5 });
    await fixture.client.withSession(async (session) => {
      session.startTransaction(SNAPSHOT);
      await stock.findOne({ _id: 'snapshot' }, { session });
      await stock.updateOne({ _id: 'snapshot' }, { $inc: { units: -1 } });
      expect((await stock.findOne({ _id: 'snapshot' }, { session }))?.units).toBe(5);
      const error = await errorOf(
        stock.updateOne({ _id: 'snapshot' }, { $inc: { units: -1 } }, { session }),
      );
      expect(error.code).toBe(112);
      expect(error.hasErrorLabel('TransientTransactionError')).toBe(true);
      await session.abortTransaction();
    });
    expect(await unitsOf('snapshot')).toBe(4);
  });

  test('repeated by withTransaction gets through every conflict', async () => {
    await stock.insertOne({ _id: 'repeat', units: 0 });
    const increment = () =>
      fixture.client.withSession((session) =>
        session.withTransaction(async () => {
          const found = await stock.findOne({ _id: 'repeat' }, { session });
          const units = (found?.units ?? 0) + 1;
          await stock.updateOne({ _id: 'repeat' }, { $set: { units } }, { session });
        }, SNAPSHOT),
      );
    await Promise.all(Array.from({ length: 10 }, increment));
    expect(await unitsOf('repeat')).toBe(10);
  });

  test('that is committed twice is committed once', async () => {
    await stock.insertOne({ _id: 'twice', units: 5 });
    await fixture.client.withSession(async (session) => {
      session.startTransaction(SNAPSHOT);
      await stock.updateOne({ _id: 'twice' }, { $inc: { units: -1 } }, { session });
      await session.commitTransaction();
      await session.commitTransaction();
    });
    expect(await unitsOf('twice')).toBe(4);
  });

  test.each(['updateOne', 'updateMany'] as const)(
    'that commits is seen by %s that waited for it, also where a validator checks documents',
    async (method) => {
      const name = `checked_${method}`;
      const validator = { $jsonSchema: { bsonType: 'object', required: ['units'] } };
      const checked = await fixture.db.createCollection<Stock>(name, { validator });
      const ids = Array.from({ length: 5 }, (_, index) => `waited-${index}`);
      await checked.insertMany(ids.map((_id) => ({ _id, units: 1 })));
      for (const _id of ids) {
        await fixture.client.withSession(async (session) => {
          session.startTransaction(SNAPSHOT);
          await checked.updateOne({ _id }, { $set: { units: 2 } }, { session });
          const waiting = checked[method](
            { _id: { $in: [_id] }, units: 1 },
            { $set: { units: 9 } },
          );
          // The update reaches the store before this answer does.
          await fixture.db.command({ ping: 1 });
          await session.commitTransaction();
          expect((await waiting).modifiedCount).toBe(0);
        });
      }
      expect(await checked.countDocuments({ units: 2 })).toBe(5);
    },
  );

  test('is not needed for a plain update to wait for one and then succeed', async () => {
    await stock.insertOne({ _id: 'wait', units: 5 });
    await fixture.client.withSession(async (session) => {
      session.startTransaction(SNAPSHOT);
      await stock.updateOne({ _id: 'wait' }, { $inc: { units: -1 } }, { session });
      const plain = stock.updateOne({ _id: 'wait' }, { $inc: { units: -1 } });
      await session.commitTransaction();
      await plain;
    });
    expect(await unitsOf('wait')).toBe(3);
  });
});

describe('a unique index', () => {
  const keys = () => fixture.db.collection<{ requestId: string; n?: number }>('keys');

  beforeAll(async () => {
    await keys().createIndex({ requestId: 1 }, { unique: true });
  });

  test('refuses a second insert with code 11000 and names the key', async () => {
    await keys().insertOne({ requestId: 'a' });
    const error = await errorOf(keys().insertOne({ requestId: 'a' }));
    expect(error.code).toBe(11000);
    expect(error['keyPattern']).toEqual({ requestId: 1 });
    expect(error['keyValue']).toEqual({ requestId: 'a' });
    expect(error.message).toContain('E11000 duplicate key error');
  });

  test('lets one of many concurrent inserts through', async () => {
    const insert = () => keys().insertOne({ requestId: 'race' });
    const outcomes = await Promise.allSettled(Array.from({ length: 20 }, insert));
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });

  test('lets the rest of an unordered insertMany through', async () => {
    await keys().insertOne({ requestId: 'taken' });
    const requestIds = ['free-1', 'taken', 'free-2'];
    const work = keys().insertMany(
      requestIds.map((requestId) => ({ requestId })),
      { ordered: false },
    );
    const error = await errorOf(work);
    expect(error).toBeInstanceOf(MongoBulkWriteError);
    expect(error.code).toBe(11000);
    expect(await keys().countDocuments({ requestId: { $in: requestIds } })).toBe(3);
  });

  test('never fails concurrent upserts that ask for exactly its key', async () => {
    const upsert = () =>
      keys().updateOne({ requestId: 'upsert' }, { $inc: { n: 1 } }, { upsert: true });
    const bulk = () =>
      keys().bulkWrite(
        ['bulk-1', 'bulk-2', 'bulk-3'].map((requestId) => ({
          updateOne: { filter: { requestId }, update: { $inc: { n: 1 } }, upsert: true },
        })),
        { ordered: false },
      );
    const work: Promise<unknown>[] = [];
    for (let index = 0; index < 10; index += 1) {
      work.push(upsert(), bulk());
    }
    await Promise.all(work);
    const found = await keys()
      .find({ n: { $exists: true } })
      .toArray();
    expect(found.map(({ n }) => n)).toEqual([10, 10, 10, 10]);
  });
});

test('reads several pages with getMore, in order, with and without an index for it', async () => {
  const pages = fixture.db.collection<{ _id: number; text: string }>('pages');
  const documents = Array.from({ length: 1000 }, (_, index) => ({
    _id: index,
    text: String((index * 7919) % 1000).padStart(4, '0'),
  }));
  await pages.insertMany(documents, { ordered: false });
  const byId = await pages.find().sort({ _id: 1 }).batchSize(90).toArray();
  expect(byId.map(({ _id }) => _id)).toEqual(documents.map(({ _id }) => _id));
  const byText = await pages.find().sort({ text: 1 }).batchSize(90).toArray();
  expect(byText.map(({ text }) => text)).toEqual(documents.map(({ text }) => text).sort());
  const groups = pages.aggregate([{ $group: { _id: '$text' } }], { batchSize: 50 });
  expect(await groups.toArray()).toHaveLength(1000);
});

test('forgets a cursor that is closed early', async () => {
  const { cursor } = await fixture.db.command(
    { find: 'pages', batchSize: 10 },
    { promoteLongs: false },
  );
  const closed = await fixture.db.command({ killCursors: 'pages', cursors: [cursor.id] });
  expect(closed['cursorsKilled']).toHaveLength(1);
  const error = await errorOf(fixture.db.command({ getMore: cursor.id, collection: 'pages' }));
  expect(error.code).toBe(43);
});

test('answers an operation that takes too long with MaxTimeMSExpired', async () => {
  await stock.insertOne({ _id: 'slow', units: 1 });
  await fixture.client.withSession(async (session) => {
    session.startTransaction(SNAPSHOT);
    await stock.updateOne({ _id: 'slow' }, { $inc: { units: 1 } }, { session });
    const error = await errorOf(
      stock.findOneAndUpdate({ _id: 'slow' }, { $inc: { units: 1 } }, { maxTimeMS: 100 }),
    );
    expect(error.code).toBe(50);
    await session.abortTransaction();
  });
});

test('answers an unknown command with CommandNotFound', async () => {
  const error = await errorOf(fixture.db.command({ frobnicate: 1 }));
  expect(error.code).toBe(59);
  expect(error.codeName).toBe('CommandNotFound');
});

test('lists and drops collections and indexes', async () => {
  const things = fixture.db.collection('things');
  const filter = { partialFilterExpression: { state: 'OPEN' } };
  await things.createIndex({ owner: 1, state: 1 });
  await things.createIndex({ state: 1 }, filter);
  expect(await things.indexes()).toEqual([
    expect.objectContaining({ name: '_id_', key: { _id: 1 } }),
    expect.objectContaining({ name: 'owner_1_state_1', key: { owner: 1, state: 1 } }),
    expect.objectContaining({ name: 'state_1', ...filter }),
  ]);
  await things.dropIndex('state_1');
  expect(await things.indexes()).toHaveLength(2);
  await things.drop();
  const names = (await fixture.db.listCollections().toArray()).map(({ name }) => name);
  expect(names).not.toContain('things');
});

test('aggregates with $match, $unwind, $group, $sort, $limit, $project and $facet', async () => {
  const carts = fixture.db.collection<{ _id: number; items: { sku: string; units: number }[] }>(
    'carts',
  );
  const item = (sku: string, units: number) => ({ sku, units });
  await carts.insertMany([
    { _id: 1, items: [item('a', 1), item('b', 2)] },
    { _id: 2, items: [item('a', 3)] },
    { _id: 3, items: [item('c', 9)] },
  ]);
  const result = await carts
    .aggregate([
      { $match: { _id: { $lte: 2 } } },
      {
        $facet: {
          bySku: [
            { $unwind: '$items' },
            { $group: { _id: '$items.sku', units: { $sum: '$items.units' } } },
            { $sort: { units: -1 } },
            { $limit: 1 },
            { $project: { _id: 0, sku: '$_id', units: 1 } },
          ],
          carts: [{ $count: 'n' }],
        },
      },
    ])
    .toArray();
  expect(result).toEqual([{ bySku: [{ sku: 'a', units: 4 }], carts: [{ n: 2 }] }]);
});

test('is watched by a stream of heartbeats that never costs a driver its connections', async () => {
  const client = new MongoClient(fixture.store.uri, {
    ...SERVICE_OPTIONS,
    heartbeatFrequencyMS: 500,
  });
  const losses: unknown[] = [];
  client.on('serverHeartbeatFailed', ({ failure }) => losses.push(failure));
  client.on('connectionPoolCleared', (event) => losses.push(event));
  try {
    const watched = new Promise<void>((resolve) => {
      let answers = 0;
      client.on('serverHeartbeatSucceeded', ({ awaited }) => {
        answers += awaited ? 1 : 0;
        if (answers === 4) {
          resolve();
        }
      });
    });
    await client.connect();
    await watched;
    expect(losses).toEqual([]);
  } finally {
    await client.close();
  }
});
