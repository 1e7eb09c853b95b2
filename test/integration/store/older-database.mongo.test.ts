import { ReservationStatus } from '@flashreserve/contracts/reservation';
import { newId } from '@flashreserve/ops';
import { type Connection, createConnection, type mongo, Schema } from 'mongoose';
import { testStores, uniquePrefix } from '../../support/stores';
import { startAuth } from '../auth/auth-fixture';
import { startCatalog } from '../catalog/catalog-fixture';
import { startHarness } from '../reservation/harness';

// Goal: a database as version 0.1.0 left it is migrated by a start, and everything in it is read
// and changed as before.

interface Stored {
  readonly _id: string;
  readonly [field: string]: unknown;
}

const connections: Connection[] = [];
const open = async (dbName: string): Promise<Connection> => {
  const connection = await createConnection(testStores().calmMongoUri, {
    dbName,
    autoIndex: false,
    autoCreate: false,
  }).asPromise();
  connections.push(connection);
  return connection;
};
afterAll(async () => {
  await Promise.all(connections.map((connection) => connection.close()));
});

const collectionOf = (connection: Connection, name: string): mongo.Collection<Stored> =>
  connection.getClient().db(connection.name).collection<Stored>(name);

type Indexes = readonly (readonly [
  Record<string, 1 | -1>,
  { unique?: true; expireAfterSeconds?: 0 }?,
])[];

/** Creates a collection with its indexes as version 0.1.0 did: by a Mongoose model. */
const createAsBefore = async (
  connection: Connection,
  name: string,
  indexes: Indexes = [],
): Promise<void> => {
  const schema = new Schema({ _id: String }, { collection: name, strict: false });
  for (const [fields, options] of indexes) schema.index(fields, options);
  const model = connection.model(name, schema);
  await model.createCollection();
  await model.createIndexes();
};

const indexNames = async (connection: Connection, name: string): Promise<readonly string[]> =>
  (await collectionOf(connection, name).indexes()).map(({ name: index = '' }) => index).sort();

const migrationNames = (connection: Connection) =>
  connection.getClient().db(connection.name).collection('migrations').distinct('name');

describe('a database of version 0.1.0', () => {
  it('of catalog: products and holds are listed, settled and audited', async () => {
    const prefix = uniquePrefix();
    const connection = await open(`${prefix}_catalog`);
    await createAsBefore(connection, 'products');
    await createAsBefore(connection, 'product_creations');
    await createAsBefore(connection, 'holds', [[{ state: 1, expireTime: 1, _id: 1 }]]);
    await createAsBefore(connection, 'stock_adjustments', [[{ productId: 1 }]]);
    const [productId, heldId, soldId] = [newId(), newId(), newId()];
    const now = new Date();
    await collectionOf(connection, 'products').insertOne({
      _id: productId,
      name: 'Lamp',
      description: '',
      priceMinorUnits: 1_999,
      currencyCode: 'USD',
      available: 8,
      held: 2,
      sold: 3,
      initialStock: 13,
      createdAt: now,
      updatedAt: now,
    });
    await collectionOf(connection, 'holds').insertOne({
      _id: heldId,
      customerId: newId(),
      lines: [{ productId, quantity: 2 }],
      state: 'HELD',
      expireTime: new Date(now.getTime() + 60_000),
      createdAt: now,
    });
    await collectionOf(connection, 'holds').insertOne({
      _id: soldId,
      customerId: newId(),
      lines: [{ productId, quantity: 3 }],
      state: 'SOLD',
      expireTime: now,
      createdAt: now,
      settledAt: now,
    });

    const catalog = await startCatalog({ prefix, instances: 2 });
    try {
      expect(await catalog.product(productId)).toMatchObject({ availableUnits: 8 });
      const [settled] = await catalog.commit([heldId]);
      expect(settled).toMatchObject({ changed: true });
      expect(await catalog.audit(productId)).toMatchObject({ consistent: true, soldUnits: 5 });
      for (const writeOff of [true, false]) {
        const lines = [{ productId, quantity: 1 }];
        await catalog.giveBack({ reservationId: soldId, lines, writeOff });
      }
      expect(await catalog.audit(productId)).toMatchObject({
        consistent: true,
        availableUnits: 9,
        soldUnits: 3,
        writtenOffUnits: 1,
      });
      expect(await indexNames(connection, 'holds')).toEqual([
        '_id_',
        'folded',
        'held',
        'released',
        'unfolded',
      ]);
      expect(await indexNames(connection, 'products')).toEqual(['_id_', 'available', 'sku']);
      expect(await migrationNames(connection)).toEqual([
        'available-products-index',
        'collections',
        'hold-indexes-by-state',
        'price-snapshots',
        'retention',
        'returns',
        'skus',
        'validators',
      ]);
    } finally {
      await catalog.stop();
    }
  });

  it('of auth: users log in, and the index by role is replaced', async () => {
    const prefix = uniquePrefix();
    const before = await startAuth({ prefix });
    const user = await before.register();
    await before.stop();
    // What is left is what 0.1.0 wrote; only the schema has to become that of 0.1.0 again.
    const connection = await open(`${prefix}_auth`);
    await collectionOf(connection, 'migrations').drop();
    for (const name of ['admins', 'disabled', 'email', 'guestUntil']) {
      await collectionOf(connection, 'users').dropIndex(name);
    }
    await createAsBefore(connection, 'users', [[{ email: 1 }, { unique: true }], [{ role: 1 }]]);
    await createAsBefore(connection, 'sessions', [
      [{ userId: 1 }],
      [{ endedAt: 1, _id: 1 }],
      [{ expiresAt: 1 }, { expireAfterSeconds: 0 }],
    ]);
    const expiry = [[{ expiresAt: 1 }, { expireAfterSeconds: 0 }]] as const;
    await createAsBefore(connection, 'refresh_tokens', expiry);

    const auth = await startAuth({ prefix });
    try {
      expect((await auth.login(user.email)).accessToken).not.toBe('');
      expect(await auth.adminToken()).not.toBe('');
      expect(await indexNames(connection, 'users')).toEqual([
        '_id_',
        'admins',
        'disabled',
        'email',
        'guestUntil',
      ]);
      expect(await indexNames(connection, 'sessions')).toEqual([
        '_id_',
        'endedAt_1__id_1',
        'expiresAt_1',
        'userId_1',
      ]);
    } finally {
      await auth.stop();
      await connection.dropDatabase();
    }
  });

  it('of reservation: reservations are listed, confirmed and expired', async () => {
    const harness = await startHarness();
    try {
      const connection = await open(`${harness.prefix}_reservation`);
      await createAsBefore(connection, 'reservations', [
        [{ customerId: 1, createdAt: -1, _id: -1 }],
        [{ customerId: 1, status: 1, createdAt: -1, _id: -1 }],
      ]);
      const productId = await harness.catalog.newProduct(5);
      const [customerId, pending, due, gone] = [newId(), newId(), newId(), newId()];
      const lines = [{ productId, quantity: 1 }];
      const inOneMinute = new Date(Date.now() + 60_000);
      const now = new Date();
      for (const reservationId of [pending, due]) {
        await harness.catalog.takeHold({
          reservationId,
          customerId,
          lines,
          expireTime: inOneMinute,
        });
      }
      const reservations = collectionOf(connection, 'reservations');
      const written = { customerId, lines, status: 'PENDING', createdAt: now };
      await reservations.insertMany([
        { _id: pending, ...written, expiresAt: inOneMinute },
        { _id: due, ...written, expiresAt: now },
        {
          _id: gone,
          status: 'EXPIRED',
          expiresAt: now,
          createdAt: now,
          expiredAt: now,
          tombstone: true,
        },
      ]);

      const api = await harness.start();
      await api.confirm(customerId, pending);
      const { reservations: listed } = await api.list(customerId);
      expect(new Set(listed.map(({ reservationId }) => reservationId))).toEqual(
        new Set([pending, due]),
      );
      expect(await api.expire([due, gone])).toHaveLength(2);
      const { reservation } = await api.giveBack(customerId, pending);
      expect(reservation?.status).toBe(ReservationStatus.RESERVATION_STATUS_RETURNED);
      await harness.catalog.expectStock(productId, { sold: 0 });
      expect(await migrationNames(connection)).toEqual([
        'collections',
        'external-references',
        'pending-index',
        'price-snapshots',
        'returns',
        'validators',
      ]);
      expect(await indexNames(connection, 'reservations')).toEqual([
        '_id_',
        'customerId_1_createdAt_-1__id_-1',
        'externalReference',
        'pending',
        'returns-pending',
      ]);
      await connection.dropDatabase();
    } finally {
      await harness.stop();
    }
  });
});
