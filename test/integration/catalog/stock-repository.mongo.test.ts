import { createSilentLogger, newId, noFailpoints, systemClock } from '@flashreserve/ops';
import { runMigrations } from '@flashreserve/store';
import { type Connection, createConnection } from 'mongoose';
import { createStockWriter } from '../../../services/catalog/src/application/stock-writer';
import type { HoldRequest } from '../../../services/catalog/src/domain/hold';
import {
  planStockBatch,
  type StockRequest,
} from '../../../services/catalog/src/domain/stock-batch';
import { MIGRATIONS } from '../../../services/catalog/src/mongo/migrations';
import { type CatalogModels, createModels } from '../../../services/catalog/src/mongo/models';
import { createProductRepository } from '../../../services/catalog/src/mongo/product.repository';
import { createStockRepository } from '../../../services/catalog/src/mongo/stock.repository';
import { testStores, uniquePrefix } from '../../support/stores';
import { CUSTOMER, inMs } from './catalog-fixture';

// Goal: reproduce each moment between two commands, which races hit only rarely, deliberately.

let connection: Connection;
let models: CatalogModels;
beforeAll(async () => {
  connection = await createConnection(testStores().calmMongoUri, {
    dbName: `${uniquePrefix()}_catalog`,
    autoIndex: false,
    autoCreate: false,
  }).asPromise();
  models = createModels(connection);
  await runMigrations({ connection, migrations: MIGRATIONS, log: createSilentLogger() });
});
afterAll(async () => {
  await connection.dropDatabase();
  await connection.close();
});

const newProduct = async (available: number): Promise<string> => {
  const productId = newId();
  const now = new Date();
  await createProductRepository(models).insert({
    productId,
    name: 'Lamp',
    description: '',
    price: { minorUnits: 1, currencyCode: 'USD' },
    available,
    held: 0,
    sold: 0,
    writtenOff: 0,
    revision: 1,
    initialStock: available,
    createdAt: now,
    updatedAt: now,
  });
  return productId;
};

const take = (productId: string, reservationId = newId(), quantity = 1): StockRequest => {
  const lines = [{ productId, quantity }];
  const hold: HoldRequest = {
    reservationId,
    customerId: CUSTOMER,
    lines,
    expiresAt: inMs(60_000),
  };
  return { kind: 'take', hold, deadline: inMs(10_000) };
};
const settle = (reservationId: string, into: 'SOLD' | 'RELEASED'): StockRequest => ({
  kind: 'settle',
  reservationId,
  into,
  deadline: inMs(10_000),
});

const repository = () => createStockRepository(connection, models, noFailpoints);
const writer = (store = repository()) =>
  createStockWriter({ store, clock: systemClock, backOff: async () => undefined });

const countersOf = async (productId: string) => {
  const { available, held, sold } = (await models.products.findById(productId).lean().exec()) ?? {};
  return { available, held, sold };
};

/** Plans one request on the current state of the store. */
const planOf = async (request: StockRequest) =>
  planStockBatch([request], await repository().read([request]), new Date()).changes;

/** A repository that runs `interrupt` before each read of products. */
const interrupted = (interrupt: () => Promise<unknown>) => {
  const find = (...filters: Parameters<typeof models.products.find>) => {
    const query = models.products.find(...filters);
    const exec = query.exec.bind(query);
    return Object.assign(query, {
      exec: async () => {
        await interrupt();
        return exec();
      },
    });
  };
  const products = new Proxy(models.products, {
    get: (target, name) => (name === 'find' ? find : Reflect.get(target, name)),
  });
  return createStockRepository(connection, { ...models, products }, noFailpoints);
};

describe('Reading a batch', () => {
  it('a read that sees the last units gone also sees the hold that took them', async () => {
    const productId = await newProduct(1);
    const request = take(productId);
    const repeat = writer(interrupted(() => writer().submit(request)));

    expect(await repeat.submit(request)).toMatchObject({
      changed: false,
      hold: { state: 'HELD' },
    });
  });
});

describe('Writing a batch', () => {
  it('a batch whose units were taken concurrently writes nothing', async () => {
    const productId = await newProduct(1);
    const request = take(productId);
    const changes = await planOf(request);
    await writer().submit(take(productId));

    expect(await repository().write(changes)).toBe('stale');
    expect(await countersOf(productId)).toEqual({ available: 0, held: 1, sold: 0 });
    const ids = changes.made.map(({ reservationId }) => reservationId);
    expect(await models.holds.countDocuments({ _id: { $in: ids } }).exec()).toBe(0);
  });

  it('a cart takes no line if the units of one were taken concurrently', async () => {
    const [a, b] = [await newProduct(5), await newProduct(1)];
    const cart: StockRequest = {
      kind: 'take',
      hold: {
        reservationId: newId(),
        customerId: CUSTOMER,
        lines: [a, b].sort().map((productId) => ({ productId, quantity: 1 })),
        expiresAt: inMs(60_000),
      },
      deadline: inMs(10_000),
    };
    const changes = await planOf(cart);
    await writer().submit(take(b));

    expect(await repository().write(changes)).toBe('stale');
    expect(await countersOf(a)).toEqual({ available: 5, held: 0, sold: 0 });
  });

  it('a take writes nothing if its hold was created concurrently', async () => {
    const productId = await newProduct(5);
    const request = take(productId);
    const changes = await planOf(request);
    await writer().submit(request);

    expect(await repository().write(changes)).toBe('stale');
    expect(await countersOf(productId)).toEqual({ available: 4, held: 1, sold: 0 });
  });

  it.each([
    ['sold', 'SOLD', { available: 4, held: 0, sold: 1 }],
    ['released', 'RELEASED', { available: 5, held: 0, sold: 0 }],
  ] as const)(
    'a release writes nothing if the hold was concurrently %s',
    async (_name, into, counters) => {
      const productId = await newProduct(5);
      const reservationId = newId();
      await writer().submit(take(productId, reservationId));
      const changes = await planOf(settle(reservationId, 'RELEASED'));
      await writer().submit(settle(reservationId, into));

      expect(await repository().write(changes)).toBe('stale');
      expect(await countersOf(productId)).toEqual(counters);
    },
  );

  it('a batch settles no hold if one of them was settled concurrently', async () => {
    const productId = await newProduct(5);
    const [first, second] = [newId(), newId()];
    await writer().submit(take(productId, first));
    await writer().submit(take(productId, second));
    const requests = [settle(first, 'SOLD'), settle(second, 'SOLD')];
    const { changes } = planStockBatch(requests, await repository().read(requests), new Date());
    await writer().submit(settle(second, 'RELEASED'));

    expect(await repository().write(changes)).toBe('stale');
    expect(await countersOf(productId)).toEqual({ available: 4, held: 1, sold: 0 });
    expect(await models.holds.findById(first).lean().exec()).toMatchObject({ state: 'HELD' });
  });

  it('a batch of takes, sales and releases is applied atomically', async () => {
    const productId = await newProduct(5);
    const [sold, released, taken, both] = [newId(), newId(), newId(), newId()];
    await writer().submit(take(productId, sold));
    await writer().submit(take(productId, released, 2));
    const requests = [
      settle(sold, 'SOLD'),
      settle(released, 'RELEASED'),
      take(productId, taken, 3),
      take(productId, both),
      settle(both, 'SOLD'),
    ];
    const { changes } = planStockBatch(requests, await repository().read(requests), new Date());

    expect(await repository().write(changes)).toBe('written');
    expect(await countersOf(productId)).toEqual({ available: 0, held: 3, sold: 2 });
    const states = await models.holds
      .find({ _id: { $in: [sold, released, taken, both] } })
      .lean()
      .exec();
    expect(new Map(states.map(({ _id, state }) => [_id, state]))).toEqual(
      new Map([
        [sold, 'SOLD'],
        [released, 'RELEASED'],
        [taken, 'HELD'],
        [both, 'SOLD'],
      ]),
    );
  });

  it('a take writes nothing if an administrator removed the units concurrently', async () => {
    const productId = await newProduct(1);
    const changes = await planOf(take(productId));
    await models.products.updateOne({ _id: productId }, { $inc: { available: -1 } }).exec();

    expect(await repository().write(changes)).toBe('stale');
    expect(await countersOf(productId)).toEqual({ available: 0, held: 0, sold: 0 });
  });
});
