/**
 * In faults mode the local store fails like a replica set in trouble, and a driver that follows
 * MongoDB's manual loses and duplicates nothing.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { type Collection, type CommandFailedEvent, MongoClient, MongoServerError } from 'mongodb';
import { startLocalMongo } from './mongo/start-local-mongo';
import { environmentWithoutStores, START_DEADLINE_MS } from './testing/environment';
import { type MongoFixture, openMongoFixture, SERVICE_OPTIONS } from './testing/mongo-fixture';

interface Counter {
  readonly _id: string;
  readonly n: number;
}

/** High enough for every kind of fault to occur within a few hundred commands. */
const FAULTS = '7:0.3';

let fixture: MongoFixture;
let counters: Collection<Counter>;
/** The port without faults. */
let sparedUri: string;
let spared: MongoClient;
const failed: CommandFailedEvent[] = [];

beforeAll(async () => {
  fixture = await openMongoFixture(
    { ...environmentWithoutStores, FLASHRESERVE_STORE_FAULTS: FAULTS },
    { monitorCommands: true },
  );
  fixture.client.on('commandFailed', (event) => failed.push(event));
  sparedUri = fixture.store.uriWithoutFaults ?? '';
  spared = new MongoClient(sparedUri, SERVICE_OPTIONS);
  counters = fixture.db.collection<Counter>('counters');
}, START_DEADLINE_MS);

afterAll(async () => {
  await spared.db(fixture.db.databaseName).dropDatabase();
  await spared.close();
  await fixture.client.close();
  await fixture.store.stop();
});

const look = () => spared.db(fixture.db.databaseName).collection<Counter>('counters');

/** Retries until it succeeds, except after a duplicate key. */
async function untilDone<Result>(work: () => Promise<Result>): Promise<Result> {
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (error instanceof MongoServerError && error.code === 11_000) {
        throw error;
      }
    }
  }
}

test('retryable writes and transactions through it are applied once', async () => {
  await look().insertMany([
    { _id: 'single', n: 0 },
    { _id: 'transaction', n: 0 },
  ]);
  const rounds = 60;
  let known = 0;
  for (let round = 0; round < rounds; round += 1) {
    // A write with an unknown outcome is not counted: the driver retries once, this test never.
    const applied = await counters.updateOne({ _id: 'single' }, { $inc: { n: 1 } }).then(
      () => 1,
      () => 0,
    );
    known += applied;
    await untilDone(() =>
      fixture.client.withSession((session) =>
        session.withTransaction(async () => {
          await counters.updateOne(
            { _id: 'transaction', n: round },
            { $inc: { n: 1 } },
            { session },
          );
        }),
      ),
    );
  }
  const found = new Map((await look().find().toArray()).map(({ _id, n }) => [_id, n]));
  expect(found.get('transaction')).toBe(rounds);
  expect(found.get('single')).toBeGreaterThanOrEqual(known);
  expect(found.get('single')).toBeLessThanOrEqual(rounds);
}, 60_000);

test('it answers with the codes and labels of MongoDB', () => {
  const seen = new Set(
    failed.map(({ commandName, failure }) =>
      failure instanceof MongoServerError
        ? `${commandName} ${failure.code} ${failure.errorLabels.join(' ')}`.trim()
        : `${commandName} ${failure.name}`,
    ),
  );
  expect([...seen]).toEqual(
    expect.arrayContaining([
      expect.stringMatching(/^update (10107|189|11602) .*RetryableWriteError/),
      expect.stringMatching(/^update 112 .*TransientTransactionError/),
      expect.stringMatching(/^update 251 .*TransientTransactionError/),
      expect.stringMatching(/^update MongoNetworkError/),
      expect.stringMatching(/^commitTransaction (10107|189|11602) .*RetryableWriteError/),
      expect.stringMatching(/^commitTransaction MongoNetworkError/),
    ]),
  );
});

test('who looks on at the other address meets no faults', async () => {
  for (let round = 0; round < 50; round += 1) {
    await look().updateOne({ _id: 'spared' }, { $inc: { n: 1 } }, { upsert: true });
  }
  expect((await look().findOne({ _id: 'spared' }))?.n).toBe(50);
});

test('in a failover it refuses, ends open transactions, and is elected again', async () => {
  const session = spared.startSession();
  session.startTransaction();
  await look().updateOne({ _id: 'failover' }, { $inc: { n: 1 } }, { session, upsert: true });
  const direct = new MongoClient(`${sparedUri}?directConnection=true`, {
    ...SERVICE_OPTIONS,
    retryWrites: false,
  });
  const roles: unknown[] = [];
  const greet = async () => {
    const hello = await direct.db('admin').command({ hello: 1 });
    roles.push([hello['isWritablePrimary'], hello['secondary']]);
    return hello;
  };
  try {
    const before = await greet();
    await spared.db('admin').command({ replSetStepDown: 2, force: true });
    await greet();

    await expect(
      direct.db(fixture.db.databaseName).collection('counters').insertOne({ n: 1 }),
    ).rejects.toMatchObject({ code: 10_107, codeName: 'NotWritablePrimary' });
    // The driver looks for the primary, waits for its election and repeats.
    await look().insertOne({ _id: 'after', n: 1 });
    await expect(session.commitTransaction()).rejects.toMatchObject({ code: 251 });
    expect(await look().findOne({ _id: 'failover' })).toBeNull();

    const after = await greet();
    expect(roles).toEqual([
      [true, false],
      [false, true],
      [true, false],
    ]);
    expect(after['setName']).toBe(before['setName']);
    expect(after['electionId'].toHexString() > before['electionId'].toHexString()).toBe(true);
  } finally {
    await session.endSession();
    await direct.close();
  }
}, 30_000);

test('a transaction does not wait for a document that another one has changed', async () => {
  await look().insertOne({ _id: 'conflict', n: 0 });
  const [first, second] = [spared.startSession(), spared.startSession()];
  try {
    first.startTransaction();
    second.startTransaction();
    await look().updateOne({ _id: 'conflict' }, { $inc: { n: 1 } }, { session: first });
    const startedAt = performance.now();
    await expect(
      look().updateOne({ _id: 'conflict' }, { $inc: { n: 1 } }, { session: second }),
    ).rejects.toMatchObject({ code: 112, errorLabels: ['TransientTransactionError'] });
    // Generous, for a busy machine. The other transaction stays open, so a wait would last far
    // longer.
    expect(performance.now() - startedAt).toBeLessThan(5_000);
    // Outside transactions, a write waits, as in MongoDB.
    const waiting = look().updateOne({ _id: 'conflict' }, { $inc: { n: 1 } });
    await pause(50);
    await first.commitTransaction();
    await waiting;
    expect((await look().findOne({ _id: 'conflict' }))?.n).toBe(2);
  } finally {
    await Promise.all([first.endSession(), second.endSession()]);
  }
});

test.each(['7', '7:2', 'x:0.1', '7:0.1:1'])(
  'settings that make no sense are refused (%s)',
  async (text) => {
    const env = { ...environmentWithoutStores, FLASHRESERVE_STORE_FAULTS: text };
    await expect(startLocalMongo({ env, log: () => undefined })).rejects.toThrow(
      'FLASHRESERVE_STORE_FAULTS: Faults of the store are given as seed:rate',
    );
  },
);

test('a store that was given cannot be made to fail', async () => {
  const env = { MONGO_URI: 'mongodb://127.0.0.1:1/', FLASHRESERVE_STORE_FAULTS: '1:0.1' };
  await expect(startLocalMongo({ env, log: () => undefined })).rejects.toThrow(
    'FLASHRESERVE_STORE_FAULTS needs a store that is started here',
  );
});
