import { newId } from '@flashreserve/ops';
import { eventually } from '../../support/eventually';
import { type MongoProxy, startMongoProxy } from '../../support/mongo-proxy';
import { testStores, uniquePrefix } from '../../support/stores';
import {
  type Catalog,
  given,
  refusalOf,
  soundStock,
  startCatalog,
} from '../catalog/catalog-fixture';

// Goal: single commands to catalog's store may hang while the store answers all others. Calls end
// by their own deadlines, a hanging commit is sent again on another connection, and no product
// stays locked in the store until the driver gives up after 15 s. Method: two instances on one
// database, one of them behind a proxy.

const DEADLINE_MS = 500;
/** Slack for a busy machine. */
const MARGIN_MS = 4_000;
/** Twice the guaranteed time, for a busy machine. */
const BACK_MS = 2_000 + 2_000;
/** A commit is sent again after this time. */
const COMMIT_ANSWER_MS = 2_000;
/** A transaction that hangs before its commit is ended in the store after this time. */
const WRITE_MS_MAX = 5_000;

let proxy: MongoProxy;
let catalog: Catalog;
/** Connects to the store directly. */
let other: Catalog;

beforeAll(async () => {
  proxy = await startMongoProxy(testStores().mongoUri);
  const prefix = uniquePrefix();
  other = await startCatalog({ prefix });
  catalog = await startCatalog({ prefix, mongoUri: proxy.uri });
});
afterEach(() => {
  proxy.heal();
});
afterAll(async () => {
  await catalog.stop();
  await other.stop();
  await proxy.stop();
});

/** Swallows the first command with this name that `call` causes, and forwards all later ones. */
const swallowOne = async <Result>(name: string, call: () => Promise<Result>): Promise<Result> => {
  const before = proxy.swallowed();
  proxy.swallow(name);
  const result = call();
  await eventually(async () => expect(proxy.swallowed()).toBeGreaterThan(before), MARGIN_MS);
  proxy.heal();
  return result;
};

const newProductWithHold = async () => {
  const { productId } = await catalog.newProduct(10);
  const lines = [{ productId, quantity: 1 }];
  const { hold } = await catalog.take({ lines });
  return { productId, lines, reservationId: hold.reservationId };
};
type Target = Awaited<ReturnType<typeof newProductWithHold>>;

const WRITES: Readonly<Record<string, (target: Target) => Promise<unknown>>> = {
  'taking a hold': ({ lines }) => catalog.take({ lines }),
  'selling a hold': ({ reservationId }) => catalog.commit([reservationId]),
  'returning a hold': ({ reservationId }) => catalog.restore([reservationId]),
  'adjusting stock': ({ productId }) =>
    catalog.call('adjustStock', { productId, delta: 1, reason: 'count', requestId: newId() }),
};

describe('a hanging commit', () => {
  it.each(Object.keys(WRITES))(
    'a commit that hangs once delays %s but does not fail it',
    async (name) => {
      const target = await newProductWithHold();
      const startedAt = performance.now();

      await swallowOne('commitTransaction', () => given(WRITES[name])(target));

      expect(performance.now() - startedAt).toBeLessThan(COMMIT_ANSWER_MS + MARGIN_MS);
      soundStock(await catalog.audit(target.productId));
    },
  );

  it('a commit that outlasts its caller does not lock the product, and a retry finds the hold', async () => {
    const { productId } = await catalog.newProduct(10);
    const take = { reservationId: newId(), lines: [{ productId, quantity: 1 }] };

    const refusal = await refusalOf(
      swallowOne('commitTransaction', () => catalog.take(take, { timeoutMs: DEADLINE_MS })),
    );
    expect(refusal.kind).toBe('deadline');

    const timeoutMs = COMMIT_ANSWER_MS + MARGIN_MS;
    await other.take({ lines: take.lines }, { timeoutMs });
    await catalog.take(take, { timeoutMs });
    expect(soundStock(await catalog.audit(productId))).toEqual({ available: 8, held: 2, sold: 0 });
  });
});

it('a hanging write inside a transaction locks the product for a few seconds only', async () => {
  const { productId } = await catalog.newProduct(10);
  const take = { reservationId: newId(), lines: [{ productId, quantity: 1 }] };

  const refusal = await refusalOf(
    swallowOne('insert', () => catalog.take(take, { timeoutMs: DEADLINE_MS })),
  );
  expect(refusal.kind).toBe('deadline');
  await other.take({ lines: take.lines }, { timeoutMs: WRITE_MS_MAX + MARGIN_MS });

  await catalog.take(take);
  expect(soundStock(await catalog.audit(productId))).toEqual({ available: 8, held: 2, sold: 0 });
});

/** Each with the command that it waits for. */
const CALLS: Readonly<Record<string, readonly [string, (id: string) => Promise<unknown>]>> = {
  getProduct: ['find', (productId) => catalog.call('getProduct', { productId }, soon)],
  listProducts: [
    'find',
    () => catalog.call('listProducts', { pageSize: 0, pageToken: '', availableOnly: false }, soon),
  ],
  decrementStock: [
    'update',
    (productId) => catalog.take({ lines: [{ productId, quantity: 1 }] }, soon),
  ],
};
const soon = { timeoutMs: DEADLINE_MS };

it.each(Object.keys(CALLS))(
  '%s ends by its deadline while its command hangs, and the next one succeeds',
  async (name) => {
    const { productId } = await catalog.newProduct(10);
    const [command, call] = given(CALLS[name]);
    proxy.swallow(command);
    const startedAt = performance.now();

    const refusals = await Promise.all(Array.from({ length: 5 }, () => refusalOf(call(productId))));

    expect(performance.now() - startedAt).toBeLessThan(DEADLINE_MS + MARGIN_MS);
    expect(new Set(refusals.map(({ kind }) => kind))).toEqual(new Set(['deadline']));
    proxy.heal();
    await eventually(() => call(productId), BACK_MS);
  },
);
