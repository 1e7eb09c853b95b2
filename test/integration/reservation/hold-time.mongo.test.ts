import { createTestClock, newId } from '@flashreserve/ops';
import {
  type Harness,
  type ReservationApi,
  refusalOf,
  reservationOf,
  startHarness,
} from './harness';

const MAX_HOLD_SECONDS = 100;
const clock = createTestClock(new Date());
let harness: Harness;
let api: ReservationApi;

beforeAll(async () => {
  harness = await startHarness();
  api = await harness.start({ clock, env: { MAX_HOLD_SECONDS: String(MAX_HOLD_SECONDS) } });
});
afterAll(() => harness.stop());

const holdTimeOf = (response: Parameters<typeof reservationOf>[0]): number => {
  const { createTime, expireTime } = reservationOf(response);
  return ((expireTime?.getTime() ?? 0) - (createTime?.getTime() ?? 0)) / 1_000;
};

describe('a hold time of its own', () => {
  it('holds the units for as long as the caller asked, and the reservation says so', async () => {
    const lines = [{ productId: await harness.catalog.newProduct(3), quantity: 1 }];
    for (const holdSeconds of [1, 7, MAX_HOLD_SECONDS]) {
      const response = await api.reserveFor(newId(), { lines, holdSeconds });
      expect([holdTimeOf(response), response.reservation?.holdSeconds]).toEqual([
        holdSeconds,
        holdSeconds,
      ]);
    }
  });

  it('is part of what a key stands for', async () => {
    const lines = [{ productId: await harness.catalog.newProduct(1), quantity: 1 }];
    const customerId = newId();
    const send = (holdSeconds?: number) =>
      api.reserveFor(customerId, { lines, idempotencyKey: 'k', holdSeconds });
    const first = await send(30);

    const again = await send(30);
    const reasons = [(await refusalOf(send(31))).reason, (await refusalOf(send())).reason];

    expect(again).toEqual({ ...first, replayed: true });
    expect(reasons).toEqual(['IDEMPOTENCY_KEY_REUSED', 'IDEMPOTENCY_KEY_REUSED']);
  });

  it('of customers, or beyond the maximum, is refused with its field, and nothing is held', async () => {
    const productId = await harness.catalog.newProduct(1);
    const lines = [{ productId, quantity: 1 }];

    const refusals = [
      await refusalOf(api.reserve(newId(), { lines, holdSeconds: 30 })),
      await refusalOf(api.reserveFor(newId(), { lines, holdSeconds: MAX_HOLD_SECONDS + 1 })),
      await refusalOf(api.reserveFor(newId(), { lines, holdSeconds: 0 })),
    ];

    for (const refusal of refusals) {
      expect(refusal).toMatchObject({
        kind: 'invalid',
        reason: 'INVALID_REQUEST',
        fieldViolations: [{ field: 'hold_seconds' }],
      });
    }
    expect(await harness.catalog.stockOf(productId)).toMatchObject({ available: 1, held: 0 });
  });
});
