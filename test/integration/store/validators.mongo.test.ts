import { createSilentLogger, newId } from '@flashreserve/ops';
import { attemptTransaction, type Migration, runMigrations } from '@flashreserve/store';
import { type Connection, createConnection, type mongo } from 'mongoose';
import { MIGRATIONS as AUTH } from '../../../services/auth/src/mongo/migrations';
import { MIGRATIONS as CATALOG } from '../../../services/catalog/src/mongo/migrations';
import { MIGRATIONS as RESERVATION } from '../../../services/reservation/src/mongo/migrations';
import { testStores, uniquePrefix } from '../../support/stores';

// Goal: a write that goes past Mongoose and the domain cannot store a counter or a state that means
// nothing.

const REFUSED = { code: 121 };

const opened: Connection[] = [];
const open = async (migrations: readonly Migration[]): Promise<mongo.Db> => {
  const connection = await createConnection(testStores().calmMongoUri, {
    dbName: uniquePrefix(),
    autoIndex: false,
    autoCreate: false,
  }).asPromise();
  opened.push(connection);
  await runMigrations({ connection, migrations, log: createSilentLogger() });
  return connection.getClient().db(connection.name);
};
afterAll(async () => {
  for (const connection of opened) {
    await connection.dropDatabase();
    await connection.close();
  }
});

interface Stored {
  readonly _id: string;
  readonly available?: number;
  readonly held?: number;
}

const product = (fields: object = {}) => ({
  _id: newId(),
  name: 'Lamp',
  description: '',
  priceMinorUnits: 1,
  currencyCode: 'EUR',
  available: 1,
  held: 0,
  sold: 0,
  initialStock: 1,
  createdAt: new Date(),
  updatedAt: new Date(),
  ...fields,
});

const hold = (fields: object = {}) => ({
  _id: newId(),
  customerId: 'customer',
  lines: [{ productId: 'product', quantity: 1 }],
  state: 'HELD',
  expireTime: new Date(),
  createdAt: new Date(),
  ...fields,
});

const returnOf = (lines: readonly object[]) => ({
  returnId: newId(),
  lines,
  writeOff: false,
  reason: 'too small',
  createdAt: new Date(),
});

const reservation = (fields: object = {}) => ({
  _id: newId(),
  customerId: 'customer',
  lines: [{ productId: 'product', quantity: 1 }],
  status: 'PENDING',
  expiresAt: new Date(),
  createdAt: new Date(),
  ...fields,
});

describe('the store refuses', () => {
  let catalog: mongo.Db;
  let reservations: mongo.Collection<Stored>;
  beforeAll(async () => {
    catalog = await open(CATALOG);
    reservations = (await open(RESERVATION)).collection<Stored>('reservations');
  });

  it.each([
    ['units on sale below zero', { available: -1 }],
    ['half a unit', { held: 0.5 }],
    ['sold units below zero', { sold: -1 }],
    ['half a written-off unit', { writtenOff: 0.5 }],
    ['a counter that is no number', { available: '1' }],
  ])('the store refuses a product with %s', async (_what, fields) => {
    const products = catalog.collection<Stored>('products');
    await expect(products.insertOne(product(fields))).rejects.toMatchObject(REFUSED);
  });

  it('an update that takes more units than there are, in a transaction too', async () => {
    const products = catalog.collection<Stored>('products');
    const sound = product();
    await products.insertOne(sound);
    const take = { $inc: { available: -2, held: 2 } };

    await expect(products.updateOne({ _id: sound._id }, take)).rejects.toMatchObject(REFUSED);
    const [connection] = opened;
    if (connection === undefined) throw new Error('There is no connection.');
    await expect(
      attemptTransaction(connection, (session) =>
        products.updateOne({ _id: sound._id }, take, { session }),
      ),
    ).rejects.toMatchObject(REFUSED);
    expect(await products.findOne({ _id: sound._id })).toEqual(sound);
  });

  it.each([
    ['an unknown state', { state: 'LOST' }],
    ['half a unit', { lines: [{ productId: 'product', quantity: 0.5 }] }],
    ['no unit', { lines: [{ productId: 'product', quantity: 0 }] }],
    ['a return of nothing', { returns: [returnOf([])] }],
    ['a return of half a unit', { returns: [returnOf([{ productId: 'p', quantity: 0.5 }])] }],
  ])('the store refuses a hold with %s', async (_what, fields) => {
    const holds = catalog.collection<Stored>('holds');
    await expect(holds.insertOne(hold(fields))).rejects.toMatchObject(REFUSED);
  });

  it.each([
    ['an unknown status', { status: 'LOST' }],
    ['an expiry that is no date', { expiresAt: '2026-11-29' }],
    ['half a unit', { lines: [{ productId: 'product', quantity: 0.5 }] }],
  ])('the store refuses a reservation with %s', async (_what, fields) => {
    await expect(reservations.insertOne(reservation(fields))).rejects.toMatchObject(REFUSED);
  });
});

describe('the store accepts', () => {
  it('counters beyond 32 bits, as the driver writes them, and fields of a newer version', async () => {
    const catalog = await open(CATALOG);
    const products = catalog.collection<Stored>('products');
    const big = product({ available: 3_000_000_000, newer: 'field' });
    await products.insertOne(big);
    await products.updateOne({ _id: big._id }, { $inc: { available: -1, held: 1 } });
    expect(await products.findOne({ _id: big._id })).toMatchObject({ available: 2_999_999_999 });
  });

  it('a hold and a tombstone without the fields that they may lack', async () => {
    const holds = (await open(CATALOG)).collection<Stored>('holds');
    await holds.insertOne(hold());
    await holds.insertOne(hold({ reservationExpireTime: new Date(), holdMs: 600_000 }));
    const reservations = (await open(RESERVATION)).collection<Stored>('reservations');
    const now = new Date();
    const times = { expiresAt: now, createdAt: now, expiredAt: now };
    const tombstone = { _id: newId(), status: 'EXPIRED', ...times, tombstone: true };
    await reservations.insertOne(tombstone);
  });

  it('a change of a document that was damaged before there were validators', async () => {
    const connection = await createConnection(testStores().calmMongoUri, {
      dbName: uniquePrefix(),
      autoIndex: false,
      autoCreate: false,
    }).asPromise();
    opened.push(connection);
    const products = connection.getClient().db(connection.name).collection<Stored>('products');
    const damaged = product({ available: -1 });
    await products.insertOne(damaged);
    await runMigrations({ connection, migrations: CATALOG, log: createSilentLogger() });

    await products.updateOne({ _id: damaged._id }, { $inc: { available: 1 } });
    expect(await products.findOne({ _id: damaged._id })).toMatchObject({ available: 0 });
  });
});

describe('an API client', () => {
  it('is stored with hashes of secrets only, each of which has an id', async () => {
    const db = await open(AUTH);
    const secret = { secretId: newId(), hash: 'h'.repeat(43), createdAt: new Date() };
    const insert = (fields: object) =>
      db.collection<Stored>('api_clients').insertOne({
        _id: newId(),
        name: 'Shop',
        scopes: ['products:write'],
        secrets: [secret],
        createdBy: newId(),
        createdAt: new Date(),
        ...fields,
      } as Stored);

    await expect(insert({})).resolves.toBeDefined();
    await expect(insert({ secrets: [] })).resolves.toBeDefined();
    for (const fields of [
      { scopes: 'products:write' },
      { secrets: ['x'.repeat(43)] },
      { secrets: [{ ...secret, hash: 'a secret' }] },
      { secrets: [{ ...secret, secretId: undefined }] },
      { revokedAt: 'now' },
    ]) {
      await expect(insert(fields)).rejects.toMatchObject(REFUSED);
    }
  });
});
