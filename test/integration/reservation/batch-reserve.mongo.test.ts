import { STOCK_LIMITS } from '@flashreserve/contracts';
import type { BatchReserveResult, ReserveRequest } from '@flashreserve/contracts/reservation';
import { newId } from '@flashreserve/ops';
import { callUnary, readResults } from '@flashreserve/rpc';
import {
  type Harness,
  type ReservationApi,
  refusalOf,
  reservationOf,
  startHarness,
} from './harness';

let harness: Harness;
let api: ReservationApi;

beforeAll(async () => {
  harness = await startHarness();
  api = await harness.start();
});
afterAll(() => harness.stop());

const wish = (productId: string, options: Partial<ReserveRequest> = {}): ReserveRequest => ({
  customerId: newId(),
  lines: [{ productId, quantity: 1 }],
  idempotencyKey: '',
  requestId: newId(),
  ...options,
});

const batch = async (
  requests: ReserveRequest[],
  token = harness.auth.serviceToken('gateway'),
): Promise<readonly BatchReserveResult[]> => {
  const deadline = new Date(Date.now() + 20_000);
  return (await callUnary(api.client, 'batchReserve', { requests }, { token, deadline })).results;
};

/** Outcome of each entry: its reservation id, or its error. */
const outcomesOf = (results: readonly BatchReserveResult[]): unknown[] =>
  readResults(results).map((outcome) =>
    outcome.ok ? reservationOf(outcome.value).reservationId : outcome.error,
  );

describe('BatchReserve', () => {
  it('entries succeed or fail independently, and results are in request order', async () => {
    const [scarce, none] = [
      await harness.catalog.newProduct(1),
      await harness.catalog.newProduct(0),
    ];
    const requests = [
      wish(none),
      wish(scarce),
      wish(scarce),
      wish(newId()),
      wish(scarce, { lines: [{ productId: 'not an id', quantity: 1 }] }),
      wish(scarce, { customerId: '' }),
    ];

    const outcomes = outcomesOf(await batch(requests));

    const catalogs = { domain: 'catalog.flashreserve' };
    const own = { domain: 'reservation.flashreserve' };
    expect(outcomes).toMatchObject([
      { ...catalogs, reason: 'OUT_OF_STOCK', metadata: { productId: none } },
      requests[1]?.requestId,
      { ...catalogs, reason: 'OUT_OF_STOCK', metadata: { productId: scarce } },
      { ...catalogs, reason: 'PRODUCT_NOT_FOUND' },
      {
        ...own,
        reason: 'INVALID_REQUEST',
        fieldViolations: [{ field: 'lines[0].product_id', description: 'must be a UUID' }],
      },
      { ...own, reason: 'PERMISSION_DENIED' },
    ]);
    expect(await harness.catalog.stockOf(scarce)).toEqual({ available: 0, held: 1, sold: 0 });
  });

  it('concurrent batches reserve exactly the available units', async () => {
    const productId = await harness.catalog.newProduct(100);
    const batches = Array.from({ length: 6 }, () =>
      Array.from({ length: 50 }, () => wish(productId)),
    );

    const outcomes = (await Promise.all(batches.map((requests) => batch(requests)))).flatMap(
      outcomesOf,
    );

    expect(outcomes.filter((outcome) => typeof outcome === 'string')).toHaveLength(100);
    expect(await harness.catalog.stockOf(productId)).toEqual({ available: 0, held: 100, sold: 0 });
  });

  it('a retried batch returns the reservations of the first call', async () => {
    const productId = await harness.catalog.newProduct(10);
    const requests = [
      wish(productId),
      wish(productId, { idempotencyKey: 'k', requestId: '' }),
      wish(productId),
    ];

    const first = readResults(await batch(requests));
    const second = readResults(await batch([...requests, wish(productId)]));

    expect(first).toMatchObject(first.map(() => ({ ok: true, value: { replayed: false } })));
    expect(second.slice(0, 3)).toEqual(
      first.map((outcome) =>
        outcome.ok ? { ok: true, value: { ...outcome.value, replayed: true } } : outcome,
      ),
    );
    expect(second[3]).toMatchObject({ ok: true, value: { replayed: false } });
    expect((await harness.catalog.stockOf(productId)).held).toBe(4);
  });

  it('entries with the same key create one reservation, even within a batch', async () => {
    const productId = await harness.catalog.newProduct(10);
    const request = wish(productId, { idempotencyKey: 'double-click', requestId: '' });

    const outcomes = readResults(await batch([request, request, request]));

    const answers = outcomes.map((outcome) => (outcome.ok ? outcome.value : undefined));
    expect(answers.filter((answer) => answer?.replayed === false)).toHaveLength(1);
    expect(new Set(answers.map((answer) => answer?.reservation?.reservationId)).size).toBe(1);
    expect((await harness.catalog.stockOf(productId)).held).toBe(1);
  });

  it('a cart gets all its lines or none', async () => {
    const [plenty, scarce] = [
      await harness.catalog.newProduct(10),
      await harness.catalog.newProduct(1),
    ];
    const cart = [
      { productId: plenty, quantity: 2 },
      { productId: scarce, quantity: 1 },
    ];

    const outcomes = outcomesOf(
      await batch([wish(plenty, { lines: cart }), wish(plenty, { lines: cart })]),
    );

    expect(outcomes).toMatchObject([expect.any(String), { reason: 'OUT_OF_STOCK' }]);
    expect(await harness.catalog.stockOf(plenty)).toEqual({ available: 8, held: 2, sold: 0 });
  });

  it('only services may call BatchReserve', async () => {
    const productId = await harness.catalog.newProduct(1);

    for (const token of [
      harness.auth.userToken(newId()),
      harness.auth.userToken(newId(), 'ADMIN'),
    ]) {
      expect(await refusalOf(batch([wish(productId)], token))).toMatchObject({
        kind: 'forbidden',
        reason: 'SERVICE_REQUIRED',
      });
    }
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
