import { createTestClock, newId } from '@flashreserve/ops';
import {
  type Harness,
  type ReservationApi,
  refusalOf,
  reservationOf,
  startHarness,
  TTL_SECONDS,
} from './harness';

const LIMIT = 3;
const env = { OPEN_HOLDS_PER_USER: String(LIMIT) };

const clock = createTestClock(new Date());
let harness: Harness;
let api: ReservationApi;
let productId: string;

beforeAll(async () => {
  harness = await startHarness();
  api = await harness.start({ env, clock });
  productId = await harness.catalog.newProduct(10_000);
});
afterAll(() => harness.stop());

const reserve = (customer: string, options: { key?: string; of?: ReservationApi } = {}) =>
  (options.of ?? api).reserve(customer, {
    lines: [{ productId, quantity: 1 }],
    idempotencyKey: options.key ?? '',
  });

const fill = async (customer: string): Promise<string[]> => {
  const ids: string[] = [];
  while (ids.length < LIMIT) ids.push(reservationOf(await reserve(customer)).reservationId);
  return ids;
};

/** Counts the successful calls; all others must have failed with the limit. */
const countAccepted = async (calls: readonly Promise<unknown>[]): Promise<number> => {
  const outcomes = await Promise.allSettled(calls);
  const refused = outcomes.filter(({ status }) => status === 'rejected');
  for (const refusal of refused) {
    expect(refusal).toMatchObject({ reason: { reason: 'OPEN_HOLDS_LIMITED' } });
  }
  return outcomes.length - refused.length;
};

describe('a customer at the limit of open reservations', () => {
  it('a further Reserve is refused with the time until the first one expires, and takes no stock', async () => {
    const customer = newId();
    await fill(customer);
    const before = await harness.catalog.stockOf(productId);
    const refusal = await refusalOf(reserve(customer));
    expect(refusal).toMatchObject({
      kind: 'exhausted',
      reason: 'OPEN_HOLDS_LIMITED',
      metadata: { limit: String(LIMIT) },
    });
    const { retryAfterSeconds } = refusal.metadata;
    expect(Number(retryAfterSeconds)).toBeGreaterThan(0);
    expect(Number(retryAfterSeconds)).toBeLessThanOrEqual(TTL_SECONDS);
    expect(await harness.catalog.stockOf(productId)).toEqual(before);
  });

  it('other customers are not affected', async () => {
    await fill(newId());
    await expect(reserve(newId())).resolves.toMatchObject({ replayed: false });
  });

  it.each(['confirm', 'cancel'] as const)(
    'a %s makes room for another reservation',
    async (resolve) => {
      const customer = newId();
      const [first = ''] = await fill(customer);
      await api[resolve](customer, first);
      await expect(reserve(customer)).resolves.toMatchObject({ replayed: false });
      expect(await refusalOf(reserve(customer))).toMatchObject({ reason: 'OPEN_HOLDS_LIMITED' });
    },
  );

  it('a due reservation makes room for another one, even before the worker runs', async () => {
    const customer = newId();
    await fill(customer);
    clock.advanceMs(TTL_SECONDS * 1000);
    await expect(reserve(customer)).resolves.toMatchObject({ replayed: false });
  });

  it('a retry of an accepted request is never refused, in any state of the reservation', async () => {
    const customer = newId();
    const first = reservationOf(await reserve(customer, { key: 'one' })).reservationId;
    await api.confirm(customer, first);
    const open = reservationOf(await reserve(customer, { key: 'two' })).reservationId;
    await reserve(customer);
    await reserve(customer);
    expect(await refusalOf(reserve(customer, { key: 'three' }))).toMatchObject({
      reason: 'OPEN_HOLDS_LIMITED',
    });

    const repeats = [
      await reserve(customer, { key: 'one' }),
      await reserve(customer, { key: 'two' }),
    ];

    expect(repeats.map((repeat) => [reservationOf(repeat).reservationId, repeat.replayed])).toEqual(
      [
        [first, true],
        [open, true],
      ],
    );
  });
});

describe('concurrent requests of one customer', () => {
  it('one instance grants exactly the limit', async () => {
    const customer = newId();
    expect(await countAccepted(Array.from({ length: 40 }, () => reserve(customer)))).toBe(LIMIT);
    const { reservations } = await api.list(customer, { pageSize: 50 });
    expect(reservations).toHaveLength(LIMIT);
  });

  it('concurrent requests with the same key count once', async () => {
    const customer = newId();
    const calls = Array.from({ length: 20 }, () => reserve(customer, { key: 'same' }));
    const ids = (await Promise.all(calls)).map((answer) => reservationOf(answer).reservationId);
    expect(new Set(ids).size).toBe(1);
    expect(await countAccepted([reserve(customer), reserve(customer)])).toBe(LIMIT - 1);
  });

  it('each of several instances grants at most the limit, and none afterwards', async () => {
    const others = [await harness.start({ env, clock }), await harness.start({ env, clock })];
    const instances = [api, ...others];
    const customer = newId();
    const calls = Array.from({ length: 30 }, (_, index) => {
      const of = instances[index % instances.length];
      return reserve(customer, of === undefined ? {} : { of });
    });
    const accepted = await countAccepted(calls);
    expect(accepted).toBeGreaterThanOrEqual(LIMIT);
    expect(accepted).toBeLessThanOrEqual(LIMIT * instances.length);
    for (const of of instances) {
      expect(await refusalOf(reserve(customer, { of }))).toMatchObject({
        reason: 'OPEN_HOLDS_LIMITED',
      });
    }
  });

  it('requests refused for lack of stock do not count', async () => {
    const customer = newId();
    const soldOut = await harness.catalog.newProduct(0);
    const lines = [{ productId: soldOut, quantity: 1 }];
    await Promise.allSettled(Array.from({ length: 20 }, () => api.reserve(customer, { lines })));
    expect(await countAccepted([reserve(customer), reserve(customer), reserve(customer)])).toBe(
      LIMIT,
    );
  });
});

describe('without a limit', () => {
  it('a customer may have many open reservations', async () => {
    const unlimited = await harness.start({ clock });
    const customer = newId();
    const calls = Array.from({ length: 50 }, () => reserve(customer, { of: unlimited }));
    expect(await countAccepted(calls)).toBe(50);
  });
});
