import { HoldVerdict, ReservationStatus } from '@flashreserve/contracts/reservation';
import { createTestClock, newId } from '@flashreserve/ops';
import {
  type Harness,
  type ReservationApi,
  refusalOf,
  reservationOf,
  startHarness,
  TTL_SECONDS,
} from './harness';

// Goal: in the payment grace a customer is too late and the units stay held, while a backend can
// still sell them. Method: two instances with a grace and one clock, on real stores.

const GRACE_SECONDS = 30;
const ROUNDS = 12;
const { HOLD_VERDICT_NOT_DUE, HOLD_VERDICT_RELEASE } = HoldVerdict;
const {
  RESERVATION_STATUS_PENDING,
  RESERVATION_STATUS_CONFIRMED,
  RESERVATION_STATUS_CANCELLED,
  RESERVATION_STATUS_EXPIRED,
} = ReservationStatus;
const AVAILABLE = { available: 1, held: 0, sold: 0 };
const HELD = { available: 0, held: 1, sold: 0 };
const SOLD = { available: 0, held: 0, sold: 1 };

const clock = createTestClock(new Date());
let harness: Harness;
let api: ReservationApi;
let another: ReservationApi;

beforeAll(async () => {
  harness = await startHarness();
  const options = { clock, env: { PAYMENT_GRACE_SECONDS: String(GRACE_SECONDS) } };
  api = await harness.start(options);
  another = await harness.start(options);
});
afterAll(() => harness.stop());

const reserveOne = async () => {
  const productId = await harness.catalog.newProduct(1);
  const customerId = newId();
  const response = await api.reserve(customerId, { lines: [{ productId, quantity: 1 }] });
  return { ...reservationOf(response), productId };
};
const statusOf = async (customerId: string, reservationId: string) =>
  (await api.get(customerId, reservationId)).reservation?.status;
const passExpiry = (): void => clock.advanceMs(TTL_SECONDS * 1_000);
const passGrace = (): void => clock.advanceMs(GRACE_SECONDS * 1_000);

describe('the payment grace', () => {
  it('customers see the expiry without it, and when it ends', async () => {
    const { createTime, expireTime, graceEndTime } = await reserveOne();
    const since = (time: Date | undefined) => (time?.getTime() ?? 0) - (createTime?.getTime() ?? 0);
    expect([since(expireTime), since(graceEndTime)]).toEqual([
      TTL_SECONDS * 1_000,
      (TTL_SECONDS + GRACE_SECONDS) * 1_000,
    ]);
  });

  it('from the expiry on a customer neither confirms nor cancels, and a backend still does', async () => {
    const [paid, dropped] = [await reserveOne(), await reserveOne()];
    passExpiry();

    for (const { customerId, reservationId, graceEndTime } of [paid, dropped]) {
      const late = {
        kind: 'precondition',
        reason: 'RESERVATION_EXPIRED',
        metadata: { graceEndsAt: graceEndTime?.toISOString() },
      };
      expect(await refusalOf(api.confirm(customerId, reservationId))).toMatchObject(late);
      expect(await refusalOf(api.cancel(customerId, reservationId))).toMatchObject(late);
      expect(await statusOf(customerId, reservationId)).toBe(RESERVATION_STATUS_PENDING);
    }
    await api.confirmFor(paid.customerId, paid.reservationId);
    await api.cancelFor(dropped.customerId, dropped.reservationId);

    expect(await statusOf(paid.customerId, paid.reservationId)).toBe(RESERVATION_STATUS_CONFIRMED);
    await harness.catalog.expectStock(paid.productId, SOLD);
    await harness.catalog.expectStock(dropped.productId, AVAILABLE);
    const again = reservationOf(await api.confirm(paid.customerId, paid.reservationId));
    expect(again.status).toBe(RESERVATION_STATUS_CONFIRMED);
  });

  it('the units go back when it ends, and then nobody confirms', async () => {
    const { productId, customerId, reservationId } = await reserveOne();
    passExpiry();
    const [early] = await api.expire([reservationId]);
    expect(await harness.catalog.stockOf(productId)).toEqual(HELD);
    passGrace();

    const refusal = await refusalOf(api.confirmFor(customerId, reservationId));
    const [late] = await api.expire([reservationId]);

    expect(early).toMatchObject({
      verdict: HOLD_VERDICT_NOT_DUE,
      remaining: { seconds: GRACE_SECONDS },
    });
    expect(late?.verdict).toBe(HOLD_VERDICT_RELEASE);
    expect([refusal.reason, refusal.metadata]).toEqual(['RESERVATION_EXPIRED', {}]);
    expect(await statusOf(customerId, reservationId)).toBe(RESERVATION_STATUS_EXPIRED);
  });

  it('an extension moves the expiry and the end of the grace', async () => {
    const { customerId, reservationId, expireTime, graceEndTime } = await reserveOne();
    passExpiry();

    const extended = reservationOf(await api.extend(customerId, reservationId, 10));
    const confirmed = reservationOf(await api.confirm(customerId, reservationId));

    const moved = (after: Date | undefined, before: Date | undefined) =>
      (after?.getTime() ?? 0) - (before?.getTime() ?? 0);
    expect([
      moved(extended.expireTime, expireTime),
      moved(extended.graceEndTime, graceEndTime),
    ]).toEqual([10_000, 10_000]);
    expect(confirmed.status).toBe(RESERVATION_STATUS_CONFIRMED);
  });

  it('confirmations of a customer and a backend, a cancellation and the expiry that race leave one outcome', async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const { productId, customerId, reservationId } = await reserveOne();
      const atGraceEnd = round % 2 === 0;
      clock.advanceMs((TTL_SECONDS + (atGraceEnd ? GRACE_SECONDS : 0)) * 1_000 - 1);

      const calls = [
        api.confirm(customerId, reservationId),
        another.confirmFor(customerId, reservationId),
        ...(round % 3 === 0 ? [api.cancelFor(customerId, reservationId)] : []),
      ];
      if (round % 4 < 2) await new Promise(setImmediate);
      clock.advanceMs(1);
      const outcomes = Promise.allSettled(calls);
      const [verdict] = await another.expire([reservationId]);
      await outcomes;

      const status = await statusOf(customerId, reservationId);
      if (verdict?.verdict === HOLD_VERDICT_RELEASE) await harness.catalog.restore([reservationId]);
      const stock = {
        [RESERVATION_STATUS_CONFIRMED]: SOLD,
        [RESERVATION_STATUS_CANCELLED]: AVAILABLE,
        [RESERVATION_STATUS_EXPIRED]: AVAILABLE,
      }[String(status)];
      expect({ round, stock }).not.toEqual({ round, stock: undefined });
      if (!atGraceEnd) expect(status).not.toBe(RESERVATION_STATUS_EXPIRED);
      await harness.catalog.expectStock(productId, stock ?? {});
    }
  });
});
