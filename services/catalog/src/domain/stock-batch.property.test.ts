import fc from 'fast-check';
import type { Hold } from './hold';
import { returnableUnits } from './hold-return';
import {
  planStockBatch,
  type StockOutcome,
  type StockRequest,
  type StockSnapshot,
} from './stock-batch';
import type { StockChanges } from './stock-changes';
import { sumLines } from './stock-line';

// Goal: for any stock and any batch, planning the batch at once gives the same result as planning
// and writing its requests one by one, and no unit is lost, invented or sold twice. Method: small
// random worlds, so that ids collide often.

const NOW = new Date('2026-01-01T12:00:00Z');
const LATER = new Date('2026-01-01T12:10:00Z');
const PRODUCTS = ['a', 'b', 'c'];

const productId = fc.constantFrom(...PRODUCTS);
const reservationId = fc.constantFrom('r1', 'r2', 'r3', 'r4', 'r5', 'r6');
const lines = fc
  .array(fc.record({ productId, quantity: fc.integer({ min: 1, max: 4 }) }), {
    minLength: 1,
    maxLength: 4,
  })
  .map(sumLines);
const holdRequest = fc.record({
  reservationId,
  customerId: fc.constantFrom('x', 'y'),
  lines,
  expiresAt: fc.constantFrom(NOW, LATER, LATER, LATER),
  holdMs: fc.constantFrom(undefined, 1, 600_000),
});
const deadline = fc.constantFrom(NOW, LATER, LATER, LATER);
const stockRequest: fc.Arbitrary<StockRequest> = fc.oneof(
  fc.record({ kind: fc.constant('take'), hold: holdRequest, deadline }),
  fc.record({
    kind: fc.constant('settle'),
    reservationId,
    into: fc.constantFrom('SOLD', 'RELEASED'),
    deadline,
  }),
  fc.record({
    kind: fc.constant('return'),
    request: fc.record({
      reservationId,
      returnId: fc.constantFrom('x1', 'x2', 'x3'),
      lines,
      writeOff: fc.boolean(),
      reason: fc.constantFrom('too small', 'broken'),
    }),
    deadline,
  }),
);
const existingHold: fc.Arbitrary<Hold> = fc
  .tuple(holdRequest, fc.constantFrom<Hold['state'][]>('HELD', 'SOLD', 'RELEASED'))
  .map(([request, state]) => ({
    ...request,
    state,
    overdueAt: request.expiresAt,
    createdAt: new Date(0),
  }));
const world = fc.record({
  // "c" is sometimes missing, as an unknown product.
  available: fc.record({ a: fc.nat(8), b: fc.nat(8), c: fc.nat(8) }, { requiredKeys: ['a', 'b'] }),
  holds: fc.uniqueArray(existingHold, { selector: (hold) => hold.reservationId, maxLength: 3 }),
});

const toSnapshot = ({
  available,
  holds,
}: typeof world extends fc.Arbitrary<infer T> ? T : never) => ({
  available: new Map(Object.entries(available)),
  prices: new Map(),
  holds: new Map(holds.map((hold) => [hold.reservationId, hold])),
});

/** Applies the changes as the repository would. */
const write = (snapshot: StockSnapshot, changes: StockChanges): StockSnapshot => {
  const available = new Map(snapshot.available);
  for (const movement of changes.movements) {
    available.set(
      movement.productId,
      (available.get(movement.productId) ?? 0) + movement.available,
    );
  }
  const holds = new Map(snapshot.holds);
  for (const hold of changes.made) holds.set(hold.reservationId, hold);
  for (const { reservationId: id, state, settledAt } of changes.settled) {
    const hold = holds.get(id);
    if (hold !== undefined && settledAt !== undefined) holds.set(id, { ...hold, state, settledAt });
  }
  for (const { reservationId: id, before, returns } of changes.returned) {
    const hold = holds.get(id);
    expect(hold?.returns?.length ?? 0).toBe(before);
    if (hold !== undefined) {
      holds.set(id, { ...hold, returns: [...(hold.returns ?? []), ...returns] });
    }
  }
  return { available, holds, prices: snapshot.prices };
};

const summarize = (outcome: StockOutcome) =>
  outcome.ok ? outcome.value : { refused: outcome.error.reason };

const unitsInHolds = (snapshot: StockSnapshot, product: string, state: Hold['state']): number =>
  [...snapshot.holds.values()]
    .filter((hold) => hold.state === state)
    .flatMap((hold) => hold.lines)
    .filter((line) => line.productId === product)
    .reduce((sum, line) => sum + line.quantity, 0);

/** Units that were sold and are not returned, and those that were written off. */
const unitsSold = (snapshot: StockSnapshot, product: string) => {
  const returns = [...snapshot.holds.values()].flatMap((hold) => hold.returns ?? []);
  const returned = (some: typeof returns): number =>
    some
      .flatMap((one) => one.lines)
      .filter((line) => line.productId === product)
      .reduce((sum, line) => sum + line.quantity, 0);
  return {
    sold: unitsInHolds(snapshot, product, 'SOLD') - returned(returns),
    writtenOff: returned(returns.filter((one) => one.writeOff)),
  };
};

const batch = fc.array(stockRequest, { maxLength: 12 });

describe('planStockBatch, for any stock and any batch', () => {
  it('a batch gives the same results as its requests written one by one', () => {
    fc.assert(
      fc.property(world, batch, (start, requests) => {
        const together = planStockBatch(requests, toSnapshot(start), NOW);
        let store: StockSnapshot = toSnapshot(start);
        const alone = requests.map((request) => {
          const { outcomes, changes } = planStockBatch([request], store, NOW);
          store = write(store, changes);
          return outcomes.map(summarize);
        });

        expect(together.outcomes.map(summarize)).toEqual(alone.flat());
        expect(write(toSnapshot(start), together.changes)).toEqual(store);
      }),
      { numRuns: 1_000 },
    );
  });

  it('no batch takes more than is available, and the counters move exactly with the holds', () => {
    fc.assert(
      fc.property(world, batch, (start, requests) => {
        const before = toSnapshot(start);
        const { changes } = planStockBatch(requests, before, NOW);
        const after = write(before, changes);

        for (const [product, available] of after.available) {
          const movement = changes.movements.find((one) => one.productId === product);
          const { held = 0, sold = 0, writtenOff = 0 } = movement ?? {};
          const [was, is] = [unitsSold(before, product), unitsSold(after, product)];
          expect(available).toBeGreaterThanOrEqual(0);
          expect(held).toBe(
            unitsInHolds(after, product, 'HELD') - unitsInHolds(before, product, 'HELD'),
          );
          expect(sold).toBe(is.sold - was.sold);
          expect(writtenOff).toBe(is.writtenOff - was.writtenOff);
          const moved = available - (before.available.get(product) ?? 0);
          expect(moved + held + sold + writtenOff).toBe(0);
        }
      }),
      { numRuns: 1_000 },
    );
  });

  it('of each line of a hold at most its units come back, and each return once', () => {
    fc.assert(
      fc.property(world, batch, (start, requests) => {
        const before = toSnapshot(start);
        const after = write(before, planStockBatch(requests, before, NOW).changes);

        for (const hold of after.holds.values()) {
          const { returns = [] } = hold;
          expect(new Set(returns.map(({ returnId }) => returnId)).size).toBe(returns.length);
          if (returns.length > 0) expect(hold.state).toBe('SOLD');
          for (const product of PRODUCTS) {
            expect(returnableUnits(hold, product)).toBeGreaterThanOrEqual(0);
          }
        }
      }),
      { numRuns: 1_000 },
    );
  });

  it('a hold is settled at most once, and a settled hold never again', () => {
    fc.assert(
      fc.property(world, batch, (start, requests) => {
        const before = toSnapshot(start);
        const { outcomes, changes } = planStockBatch(requests, before, NOW);
        const settlements = outcomes.flatMap((outcome, index) =>
          requests[index]?.kind === 'settle' && outcome.ok && outcome.value.changed
            ? [outcome.value.hold?.reservationId]
            : [],
        );

        expect(new Set(settlements).size).toBe(settlements.length);
        for (const { reservationId: id } of changes.settled) {
          expect(before.holds.get(id)?.state).toBe('HELD');
        }
      }),
      { numRuns: 1_000 },
    );
  });
});
