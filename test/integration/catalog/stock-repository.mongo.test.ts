import { newId, noFailpoints, systemClock } from '@flashreserve/ops';
import { prepareCollections } from '@flashreserve/store';
import { type Connection, createConnection } from 'mongoose';
import { createStockWriter } from '../../../services/catalog/src/application/stock-writer';
import type { HoldRequest } from '../../../services/catalog/src/domain/hold';
import {
  planStockBatch,
  type StockRequest,
} from '../../../services/catalog/src/domain/stock-batch';
import { type CatalogModels, createModels } from '../../../services/catalog/src/mongo/models';
import { createMongoProductRepository } from '../../../services/catalog/src/mongo/mongo-product.repository';
import { createMongoStockRepository } from '../../../services/catalog/src/mongo/mongo-stock.repository';
import { testStores, uniquePrefix } from '../../support/stores';
import { CUSTOMER, inMs } from './catalog-fixture';

// Goal: the moments between two commands, which a race hits only now and then, each on purpose.

let connection: Connection;
let models: CatalogModels;
beforeAll(async () => {
  connection = await createConnection(testStores().calmMongoUri, {
    dbName: `${uniquePrefix()}_catalog`,
    autoIndex: false,
    autoCreate: false,
  }).asPromise();
  models = createModels(connection);
  await prepareCollections(Object.values(models));
});
afterAll(async () => {
  await connection.dropDatabase();
  await connection.close();
});

const newProduct = async (available: number): Promise<string> => {
  const productId = newId();
  const now = new Date();
  await createMongoProductRepository(models).insert({
    productId,
    name: 'Lamp',
    description: '',
    price: { minorUnits: 1, currencyCode: 'USD' },
    available,
    held: 0,
    sold: 0,
    initialStock: available,
    createTime: now,
    updateTime: now,
  });
  return productId;
};

const take = (productId: string, reservationId = newId(), quantity = 1): StockRequest => {
  const lines = [{ productId, quantity }];
  const hold: HoldRequest = {
    reservationId,
    customerId: CUSTOMER,
    lines,
    expireTime: inMs(60_000),
  };
  return { kind: 'take', hold, deadline: inMs(10_000) };
};
const settle = (reservationId: string, into: 'SOLD' | 'RELEASED'): StockRequest => ({
  kind: 'settle',
  reservationId,
  into,
  deadline: inMs(10_000),
});

const repository = () => createMongoStockRepository(connection, models, noFailpoints);
const writer = (store = repository()) =>
  createStockWriter({ store, clock: systemClock, backOff: async () => undefined });

const countersOf = async (productId: string) => {
  const { available, held, sold } = (await models.products.findById(productId).lean().exec()) ?? {};
  return { available, held, sold };
};

/** The plan of one request, on what the store says now. */
const planOf = async (request: StockRequest) =>
  planStockBatch([request], await repository().read([request]), new Date()).changes;

/** A repository before whose reading of products something else happens. */
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
  return createMongoStockRepository(connection, { ...models, products }, noFailpoints);
};

describe('The reading of a batch', () => {
  it('sees the hold that took the last units, if it sees that they are gone', async () => {
    const productId = await newProduct(1);
    const request = take(productId);
    const repeat = writer(interrupted(() => writer().submit(request)));

    expect(await repeat.submit(request)).toMatchObject({
      changed: false,
      hold: { state: 'HELD' },
    });
  });
});

describe('The writing of a batch', () => {
  it('writes nothing when the units went to somebody else meanwhile', async () => {
    const productId = await newProduct(1);
    const request = take(productId);
    const changes = await planOf(request);
    await writer().submit(take(productId));

    expect(await repository().write(changes)).toBe('stale');
    expect(await countersOf(productId)).toEqual({ available: 0, held: 1, sold: 0 });
    const ids = changes.made.map(({ reservationId }) => reservationId);
    expect(await models.holds.countDocuments({ _id: { $in: ids } }).exec()).toBe(0);
  });

  it('takes no line when the units of one went meanwhile', async () => {
    const [a, b] = [await newProduct(5), await newProduct(1)];
    const cart: StockRequest = {
      kind: 'take',
      hold: {
        reservationId: newId(),
        customerId: CUSTOMER,
        lines: [a, b].sort().map((productId) => ({ productId, quantity: 1 })),
        expireTime: inMs(60_000),
      },
      deadline: inMs(10_000),
    };
    const changes = await planOf(cart);
    await writer().submit(take(b));

    expect(await repository().write(changes)).toBe('stale');
    expect(await countersOf(a)).toEqual({ available: 5, held: 0, sold: 0 });
  });

  it('takes nothing when the hold was made meanwhile', async () => {
    const productId = await newProduct(5);
    const request = take(productId);
    const changes = await planOf(request);
    await writer().submit(request);

    expect(await repository().write(changes)).toBe('stale');
    expect(await countersOf(productId)).toEqual({ available: 4, held: 1, sold: 0 });
  });

  it.each([
    ['sold', 'SOLD', { available: 4, held: 0, sold: 1 }],
    ['put back', 'RELEASED', { available: 5, held: 0, sold: 0 }],
  ] as const)('puts nothing back when the hold was %s meanwhile', async (_name, into, counters) => {
    const productId = await newProduct(5);
    const reservationId = newId();
    await writer().submit(take(productId, reservationId));
    const changes = await planOf(settle(reservationId, 'RELEASED'));
    await writer().submit(settle(reservationId, into));

    expect(await repository().write(changes)).toBe('stale');
    expect(await countersOf(productId)).toEqual(counters);
  });

  it('settles no hold of a batch when one of them was settled meanwhile', async () => {
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

  it('applies a batch that takes, sells and puts back as one', async () => {
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

  it('takes nothing when an administrator has taken the units away meanwhile', async () => {
    const productId = await newProduct(1);
    const changes = await planOf(take(productId));
    await models.products.updateOne({ _id: productId }, { $inc: { available: -1 } }).exec();

    expect(await repository().write(changes)).toBe('stale');
    expect(await countersOf(productId)).toEqual({ available: 0, held: 0, sold: 0 });
  });
});
