/**
 * A write whose reply is lost is applied once. A proxy in front of the store forwards the command
 * and closes the connection instead of returning the reply; the driver then retries the command.
 */
import { type Collection, type Db, MongoClient } from 'mongodb';
import { type DroppingProxy, startDroppingProxy } from './testing/dropping-proxy';
import { environment, START_DEADLINE_MS } from './testing/environment';
import { type MongoFixture, openMongoFixture, SERVICE_OPTIONS } from './testing/mongo-fixture';

interface Counter {
  readonly _id: string;
  readonly n: number;
}

let fixture: MongoFixture;
let proxy: DroppingProxy;
let client: MongoClient;
let db: Db;
let counters: Collection<Counter>;

beforeAll(async () => {
  fixture = await openMongoFixture(environment);
  const { hostname: host, port } = new URL(fixture.store.uri);
  proxy = await startDroppingProxy({ host, port: Number(port) });
  const uri = `mongodb://127.0.0.1:${proxy.port}/?directConnection=true`;
  client = new MongoClient(uri, SERVICE_OPTIONS);
  db = client.db(fixture.db.databaseName);
  counters = db.collection<Counter>('counters');
}, START_DEADLINE_MS);

afterAll(async () => {
  await client.close();
  await proxy.close();
  await fixture.close();
});

/** Runs work that loses the reply to one command. */
async function withLostReply<Result>(
  command: string,
  work: () => Promise<Result>,
): Promise<Result> {
  const before = proxy.droppedCount();
  proxy.dropNextReplyOf(command);
  const result = await work();
  expect(proxy.droppedCount()).toBe(before + 1);
  return result;
}

async function countOf(id: string): Promise<number | undefined> {
  return (await counters.findOne({ _id: id }))?.n;
}

test('an update is applied once', async () => {
  await counters.insertOne({ _id: 'update', n: 0 });
  const result = await withLostReply('update', () =>
    counters.updateOne({ _id: 'update' }, { $inc: { n: 1 } }),
  );
  expect(result.modifiedCount).toBe(1);
  expect(await countOf('update')).toBe(1);
});

test('a findOneAndUpdate is applied once and gives the same document', async () => {
  await counters.insertOne({ _id: 'find', n: 0 });
  const found = await withLostReply('findAndModify', () =>
    counters.findOneAndUpdate({ _id: 'find' }, { $inc: { n: 1 } }, { returnDocument: 'after' }),
  );
  expect(found?.n).toBe(1);
  expect(await countOf('find')).toBe(1);
});

test('a bulkWrite of several updates is applied once', async () => {
  const ids = ['bulk-1', 'bulk-2', 'bulk-3'];
  await counters.insertMany(ids.map((_id) => ({ _id, n: 0 })));
  const result = await withLostReply('update', () =>
    counters.bulkWrite(
      ids.map((_id) => ({ updateOne: { filter: { _id }, update: { $inc: { n: 1 } } } })),
    ),
  );
  expect(result.modifiedCount).toBe(3);
  expect(await Promise.all(ids.map(countOf))).toEqual([1, 1, 1]);
});

test('an insertMany succeeds instead of meeting its own documents', async () => {
  const ids = ['insert-1', 'insert-2'];
  const result = await withLostReply('insert', () =>
    counters.insertMany(ids.map((_id) => ({ _id, n: 0 }))),
  );
  expect(result.insertedCount).toBe(2);
  expect(await Promise.all(ids.map(countOf))).toEqual([0, 0]);
});

test('a deleteOne removes one document', async () => {
  const pairs = db.collection<{ pair: string }>('pairs');
  await pairs.insertMany([{ pair: 'p' }, { pair: 'p' }]);
  const result = await withLostReply('delete', () => pairs.deleteOne({ pair: 'p' }));
  expect(result.deletedCount).toBe(1);
  expect(await pairs.countDocuments({ pair: 'p' })).toBe(1);
});

test('a transaction whose commit is not answered is committed once', async () => {
  await counters.insertOne({ _id: 'commit', n: 0 });
  await withLostReply('commitTransaction', () =>
    client.withSession((session) =>
      session.withTransaction(async () => {
        await counters.updateOne({ _id: 'commit' }, { $inc: { n: 1 } }, { session });
      }),
    ),
  );
  expect(await countOf('commit')).toBe(1);
});

test('a transaction that loses a reply on the way is repeated as a whole', async () => {
  await counters.insertOne({ _id: 'transaction', n: 0 });
  await withLostReply('update', () =>
    client.withSession((session) =>
      session.withTransaction(async () => {
        await counters.updateOne({ _id: 'transaction' }, { $inc: { n: 1 } }, { session });
      }),
    ),
  );
  expect(await countOf('transaction')).toBe(1);
});
