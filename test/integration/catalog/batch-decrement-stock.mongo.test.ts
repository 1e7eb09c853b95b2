import { STOCK_LIMITS } from '@flashreserve/contracts';
import type { DecrementStockRequest } from '@flashreserve/contracts/catalog';
import { newId } from '@flashreserve/ops';
import { readResults } from '@flashreserve/rpc';
import {
  type Catalog,
  CUSTOMER,
  inMs,
  refusalOf,
  soundStock,
  startCatalog,
} from './catalog-fixture';

let catalog: Catalog;
beforeAll(async () => {
  catalog = await startCatalog({ instances: 2 });
});
afterAll(() => catalog.stop());

const stockOf = async (productId: string) => soundStock(await catalog.audit(productId));

const wish = (
  productId: string,
  options: Partial<DecrementStockRequest> = {},
): DecrementStockRequest => ({
  reservationId: newId(),
  customerId: CUSTOMER,
  lines: [{ productId, quantity: 1 }],
  expireTime: inMs(600_000),
  ...options,
});

const batch = async (requests: DecrementStockRequest[], instance = 0) =>
  readResults((await catalog.call('batchDecrementStock', { requests }, { instance })).results);

describe('BatchDecrementStock', () => {
  it('entries succeed or fail independently, and results are in request order', async () => {
    const { productId } = await catalog.newProduct(1);
    const [first, second] = [wish(productId), wish(productId)];

    const outcomes = await batch([
      wish(productId, { expireTime: undefined }),
      first,
      second,
      wish(newId()),
      wish(productId, { expireTime: inMs(-1) }),
      first,
    ]);

    expect(outcomes).toMatchObject([
      {
        ok: false,
        error: { reason: 'INVALID_REQUEST', fieldViolations: [{ field: 'expire_time' }] },
      },
      { ok: true, value: { hold: { reservationId: first.reservationId }, replayed: false } },
      { ok: false, error: { reason: 'OUT_OF_STOCK', metadata: { productId } } },
      { ok: false, error: { reason: 'PRODUCT_NOT_FOUND' } },
      { ok: false, error: { reason: 'HOLD_EXPIRED' } },
      { ok: true, value: { hold: { reservationId: first.reservationId }, replayed: true } },
    ]);
    expect(await stockOf(productId)).toEqual({ available: 0, held: 1, sold: 0 });
  });

  it('two instances that sell the same product in batches never sell a unit twice', async () => {
    const { productId } = await catalog.newProduct(500);
    const calls = Array.from({ length: 12 }, (_, index) =>
      batch(
        Array.from({ length: 50 }, () => wish(productId)),
        index % 2,
      ),
    );

    const outcomes = (await Promise.all(calls)).flat();

    expect(outcomes.filter(({ ok }) => ok)).toHaveLength(500);
    for (const outcome of outcomes) {
      if (!outcome.ok) expect(outcome.error).toMatchObject({ reason: 'OUT_OF_STOCK' });
    }
    expect(await stockOf(productId)).toEqual({ available: 0, held: 500, sold: 0 });
  });

  it('units released by another instance are sold, although this instance last saw none', async () => {
    const { productId } = await catalog.newProduct(1);
    const held = wish(productId);
    await batch([held], 0);
    expect(await batch([wish(productId)], 0)).toMatchObject([{ ok: false }]);

    await catalog.restore([held.reservationId], { instance: 1 });

    expect(await batch([wish(productId)], 0)).toMatchObject([{ ok: true }]);
  });

  it('added units are sold although the cache does not know them', async () => {
    const { productId } = await catalog.newProduct(2);
    await batch([wish(productId)], 0);
    await catalog.call('adjustStock', { productId, delta: 5, reason: 'More', requestId: '' });

    const outcomes = await batch(
      Array.from({ length: 7 }, () => wish(productId)),
      0,
    );

    expect(outcomes.filter(({ ok }) => ok)).toHaveLength(6);
  });

  it('a batch has 1 to 256 entries', async () => {
    const tooMany = Array.from({ length: STOCK_LIMITS.batchEntriesMax + 1 }, () => wish(newId()));

    for (const requests of [[], tooMany]) {
      expect(await refusalOf(batch(requests))).toMatchObject({
        reason: 'INVALID_REQUEST',
        fieldViolations: [{ field: 'requests' }],
      });
    }
  });
});
