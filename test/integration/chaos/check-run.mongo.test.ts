import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Db, MongoClient } from 'mongodb';
import { checkRun } from '../../chaos/check/check-run';
import { createSampleRun, type SampleRun } from '../../chaos/check/sample-run';
import { testStores, uniquePrefix } from '../../support/stores';

const { calmMongoUri: mongoUri } = testStores();

const insert = async (db: Db, name: string, documents: readonly object[]): Promise<void> => {
  await db.collection(name).insertMany(documents.map((document) => ({ ...document })));
};

const date = (time: number | undefined): object | undefined =>
  time === undefined ? undefined : new Date(time);

/** Writes what the services would have written in this run. */
const store = async (client: MongoClient, prefix: string, run: SampleRun): Promise<void> => {
  const catalog = client.db(`${prefix}_catalog`);
  await insert(
    catalog,
    'products',
    run.products.map(({ productId, ...rest }) => ({ _id: productId, ...rest })),
  );
  await insert(catalog, 'stock_adjustments', run.adjustments);
  await insert(
    catalog,
    'holds',
    run.holds.map(({ reservationId, expireTime, ...rest }) => ({
      _id: reservationId,
      expireTime: date(expireTime),
      ...rest,
    })),
  );
  await insert(
    client.db(`${prefix}_reservation`),
    'reservations',
    run.reservations.map(({ reservationId, isTombstone, customerId, lines, ...rest }) => ({
      _id: reservationId,
      status: rest.status,
      expiresAt: date(rest.expiresAt),
      createdAt: date(rest.createdAt),
      ...(rest.confirmedAt === undefined ? {} : { confirmedAt: date(rest.confirmedAt) }),
      ...(rest.expiredAt === undefined ? {} : { expiredAt: date(rest.expiredAt) }),
      ...(isTombstone ? { tombstone: true } : { customerId, lines }),
    })),
  );
};

describe('the check of a chaos run', () => {
  const client = new MongoClient(mongoUri);
  const prefix = uniquePrefix();
  const folder = mkdtempSync(join(tmpdir(), 'chaos-check-'));
  const historyFile = join(folder, 'history.jsonl');
  const options = { historyFile, mongoUri, dbPrefix: prefix };

  beforeAll(async () => {
    const run = createSampleRun();
    await store(client, prefix, run);
    const lines = run.records.map((record) => `${JSON.stringify(record)}\n`);
    writeFileSync(historyFile, lines.join(''));
  });

  afterAll(async () => {
    for (const name of ['catalog', 'reservation']) {
      await client.db(`${prefix}_${name}`).dropDatabase();
    }
    await client.close();
    rmSync(folder, { recursive: true });
  });

  it('the check finds no violation in a correct run', async () => {
    const verdict = await checkRun(options);
    expect(verdict.invariants.flatMap(({ violations }) => violations)).toEqual([]);
    expect(verdict).toMatchObject({
      clean: true,
      counts: { requests: 11, reservationsAcknowledged: 3 },
    });
  });

  it('the check finds an acknowledged reservation that was lost', async () => {
    const reservations = client
      .db(`${prefix}_reservation`)
      .collection<{ _id: string }>('reservations');
    await reservations.deleteOne({ _id: 'given-up' });
    const { clean, invariants } = await checkRun(options);
    expect(clean).toBe(false);
    expect(invariants.flatMap(({ violations }) => violations)).toEqual([
      'reservation given-up: acknowledged, but not stored',
      'reservation given-up: cancellation acknowledged by call 6, but it is not stored',
      'reservation given-up: a hold without a reservation',
    ]);
  });

  it('the check gives no verdict on a truncated history', async () => {
    writeFileSync(historyFile, '{"kind":"run"');
    await expect(checkRun(options)).rejects.toThrow('cut off');
  });
});
