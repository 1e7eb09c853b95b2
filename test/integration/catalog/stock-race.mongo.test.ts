import { HoldState } from '@flashreserve/contracts/catalog';
import { newId } from '@flashreserve/ops';
import { type Catalog, countOutcomes, given, soundStock, startCatalog } from './catalog-fixture';

// Goal: in any race for the same units, across instances, no unit is sold twice and none is lost.

let catalog: Catalog;
beforeAll(async () => {
  catalog = await startCatalog({ instances: 2 });
});
afterAll(() => catalog.stop());

const oneOf = (productId: string, quantity = 1) => [{ productId, quantity }];

describe('Stock on two instances', () => {
  it('500 callers racing for 50 units get exactly 50 holds', async () => {
    const { productId } = await catalog.newProduct(50);

    const outcomes = await countOutcomes(
      Array.from({ length: 500 }, (_, index) =>
        catalog.take({ lines: oneOf(productId) }, { instance: index % 2 }),
      ),
    );

    expect(outcomes).toEqual({ ok: 50, OUT_OF_STOCK: 450 });
    expect(await catalog.audit(productId)).toMatchObject({
      stockedUnits: 50,
      availableUnits: 0,
      heldUnits: 50,
      soldUnits: 0,
      heldUnitsInHolds: 50,
      consistent: true,
    });
  });

  it('50 concurrent requests with one reservation id create one hold', async () => {
    const { productId } = await catalog.newProduct(50);
    const reservationId = newId();

    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, index) =>
        catalog.take({ reservationId, lines: oneOf(productId) }, { instance: index % 2 }),
      ),
    );

    expect(answers.filter(({ replayed }) => !replayed)).toHaveLength(1);
    expect(new Set(answers.map(({ hold }) => JSON.stringify(hold))).size).toBe(1);
    expect(soundStock(await catalog.audit(productId))).toEqual({ available: 49, held: 1, sold: 0 });
  });

  it('a retry never gets OUT_OF_STOCK when its own first attempt took the last unit', async () => {
    for (let round = 0; round < 20; round += 1) {
      const { productId } = await catalog.newProduct(1);
      const reservationId = newId();

      const outcomes = await countOutcomes(
        Array.from({ length: 12 }, (_, index) =>
          catalog.take({ reservationId, lines: oneOf(productId) }, { instance: index % 2 }),
        ),
      );

      expect(outcomes).toEqual({ ok: 12 });
      expect((await catalog.product(productId)).heldUnits).toBe(1);
    }
  });

  it('carts with the same two products in opposite order do not deadlock', async () => {
    const [a, b] = [await catalog.newProduct(20), await catalog.newProduct(20)];
    const cart = [...oneOf(a.productId), ...oneOf(b.productId)];

    const outcomes = await countOutcomes(
      Array.from({ length: 60 }, (_, index) =>
        catalog.take(
          { lines: index % 2 === 0 ? cart : cart.toReversed() },
          { instance: index % 2 },
        ),
      ),
    );

    expect(outcomes).toEqual({ ok: 20, OUT_OF_STOCK: 40 });
    for (const { productId } of [a, b]) {
      expect(soundStock(await catalog.audit(productId))).toEqual({
        available: 0,
        held: 20,
        sold: 0,
      });
    }
  });

  it('when restore and commit race for a hold, exactly one wins and the stock matches', async () => {
    const { productId } = await catalog.newProduct(100);
    const holds = await Promise.all(
      Array.from({ length: 100 }, () => catalog.take({ lines: oneOf(productId) })),
    );

    const winners = await Promise.all(
      holds.map(async ({ hold: { reservationId } }, index) => {
        const settlements = (
          await Promise.all([
            catalog.restore([reservationId], { instance: index % 2 }),
            catalog.commit([reservationId], { instance: (index + 1) % 2 }),
          ])
        ).flat();
        expect(new Set(settlements.map(({ state }) => state)).size).toBe(1);
        const changed = settlements.filter((settlement) => settlement.changed);
        expect(changed).toHaveLength(1);
        return given(changed[0]).state;
      }),
    );

    const sold = winners.filter((state) => state === HoldState.HOLD_STATE_SOLD).length;
    expect(soundStock(await catalog.audit(productId))).toEqual({
      available: 100 - sold,
      held: 0,
      sold,
    });
  });

  it('concurrent takes, commits, restores and adjustments neither lose nor duplicate a unit', async () => {
    const { productId } = await catalog.newProduct(200);
    const buy = async (index: number): Promise<void> => {
      const instance = index % 2;
      const { hold } = await catalog.take({ lines: oneOf(productId, 2) }, { instance });
      if (index % 3 === 0) await catalog.commit([hold.reservationId], { instance: 1 - instance });
      if (index % 3 === 1) await catalog.restore([hold.reservationId], { instance: 1 - instance });
    };
    const adjust = (delta: number) =>
      catalog.call('adjustStock', { productId, delta, reason: 'count', requestId: '' });

    await Promise.all([
      ...Array.from({ length: 60 }, (_, index) => buy(index)),
      adjust(30),
      adjust(-10),
    ]);

    expect(await catalog.audit(productId)).toMatchObject({
      stockedUnits: 220,
      availableUnits: 220 - 80,
      heldUnits: 40,
      soldUnits: 40,
      consistent: true,
    });
  });

  it('reads during a race never show negative stock or a wrong total', async () => {
    const { productId } = await catalog.newProduct(30);
    let racing = true;
    const readUntilDone = async (): Promise<number[]> => {
      const sums: number[] = [];
      while (racing) {
        const product = await catalog.product(productId);
        expect(product.availableUnits).toBeGreaterThanOrEqual(0);
        sums.push(product.availableUnits + product.heldUnits + product.soldUnits);
      }
      return sums;
    };

    const reading = readUntilDone();
    await countOutcomes(
      Array.from({ length: 200 }, async (_, index) => {
        const { hold } = await catalog.take({ lines: oneOf(productId) }, { instance: index % 2 });
        await catalog.restore([hold.reservationId], { instance: index % 2 });
      }),
    );
    racing = false;

    expect(new Set(await reading)).toEqual(new Set([30]));
    expect(soundStock(await catalog.audit(productId)).held).toBe(0);
  });
});
