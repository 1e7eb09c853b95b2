import {
  HoldVerdict,
  type Reservation,
  ReservationStatus,
} from '@flashreserve/contracts/reservation';
import { createTestClock, newId } from '@flashreserve/ops';
import { reservationIdFor } from '../../../services/reservation/src/domain/reservation-id';
import { eventually } from '../../support/eventually';
import {
  type Harness,
  type ReservationApi,
  refusalOf,
  reservationOf,
  startHarness,
  TTL_SECONDS,
} from './harness';

const clock = createTestClock(new Date());
const { HOLD_VERDICT_RELEASE, HOLD_VERDICT_SELL, HOLD_VERDICT_NOT_DUE } = HoldVerdict;
const AVAILABLE = { available: 1, held: 0, sold: 0 };
const HELD = { available: 0, held: 1, sold: 0 };
let harness: Harness;
let api: ReservationApi;

beforeAll(async () => {
  harness = await startHarness();
  api = await harness.start({ clock });
});
afterAll(() => harness.stop());

const reserveOne = async (): Promise<Reservation & { readonly productId: string }> => {
  const productId = await harness.catalog.newProduct(1);
  const response = await api.reserve(newId(), { lines: [{ productId, quantity: 1 }] });
  return { ...reservationOf(response), productId };
};
const passExpiry = (): void => {
  clock.advanceMs(TTL_SECONDS * 1000);
};

describe('ExpireReservations', () => {
  it('only pending reservations that are due are expired', async () => {
    const [confirmed, cancelled, due] = await Promise.all([
      reserveOne(),
      reserveOne(),
      reserveOne(),
    ]);
    await api.confirm(confirmed.customerId, confirmed.reservationId);
    await api.cancel(cancelled.customerId, cancelled.reservationId);
    passExpiry();
    const fresh = await reserveOne();
    const unknown = newId();

    const verdicts = await api.expire(
      [fresh, unknown, due, cancelled, confirmed].map((each) =>
        typeof each === 'string' ? each : each.reservationId,
      ),
    );

    expect(verdicts.map(({ verdict }) => verdict)).toEqual([
      HOLD_VERDICT_NOT_DUE,
      HOLD_VERDICT_RELEASE,
      HOLD_VERDICT_RELEASE,
      HOLD_VERDICT_RELEASE,
      HOLD_VERDICT_SELL,
    ]);
    const { reservation } = await api.get(due.customerId, due.reservationId);
    expect(reservation).toMatchObject({
      status: ReservationStatus.RESERVATION_STATUS_EXPIRED,
      expiredTime: clock.now(),
    });
  });

  it('a reservation that is not due is returned with its remaining time', async () => {
    const { reservationId } = await reserveOne();
    clock.advanceMs(1_250);

    const [verdict] = await api.expire([reservationId]);

    expect(verdict).toEqual({
      reservationId,
      verdict: HOLD_VERDICT_NOT_DUE,
      remaining: { seconds: TTL_SECONDS - 2, nanos: 750_000_000 },
    });
  });

  it('a repeated call changes nothing', async () => {
    const { customerId, reservationId } = await reserveOne();
    const unknown = newId();
    passExpiry();

    const first = await api.expire([reservationId, unknown]);
    const expired = await api.get(customerId, reservationId);
    clock.advanceMs(10);
    const second = await api.expire([reservationId, unknown]);

    expect(second).toEqual(first);
    expect(await api.get(customerId, reservationId)).toEqual(expired);
  });

  it('30 concurrent calls for the same unknown ids get the same verdicts', async () => {
    const ids = Array.from({ length: 20 }, newId);

    const answers = await Promise.all(Array.from({ length: 30 }, () => api.expire(ids)));

    for (const verdicts of answers) {
      expect(verdicts.map(({ reservationId }) => reservationId)).toEqual(ids);
      expect(new Set(verdicts.map(({ verdict }) => verdict))).toEqual(
        new Set([HOLD_VERDICT_RELEASE]),
      );
    }
  });

  it('duplicate ids count once regardless of case, and the order is kept', async () => {
    const [one, other] = [newId(), newId()];

    const verdicts = await api.expire([other, one, other.toUpperCase(), one]);

    expect(verdicts.map(({ reservationId }) => reservationId)).toEqual([other, one]);
  });

  it('500 ids are accepted and 501 refused', async () => {
    const ids = Array.from({ length: 501 }, newId);

    expect(await api.expire(ids.slice(1))).toHaveLength(500);
    expect(await refusalOf(api.expire(ids))).toMatchObject({
      reason: 'INVALID_REQUEST',
      fieldViolations: [{ field: 'reservation_ids' }],
    });
  });
});

describe('a tombstone', () => {
  it('a tombstone makes a late Reserve fail, and its stock is released', async () => {
    const productId = await harness.catalog.newProduct(1);
    const customerId = newId();
    const request = { lines: [{ productId, quantity: 1 }], idempotencyKey: 'late' };
    await api.expire([reservationIdFor({ customerId, idempotencyKey: 'late' })]);

    const refusal = await refusalOf(api.reserve(customerId, request));

    expect(refusal).toMatchObject({ kind: 'precondition', reason: 'RESERVATION_EXPIRED' });
    expect(await harness.catalog.stockOf(productId)).toEqual(AVAILABLE);
    // A retry with the same key: still expired, and nothing is taken.
    expect((await refusalOf(api.reserve(customerId, request))).reason).toBe('RESERVATION_EXPIRED');
    expect(await harness.catalog.stockOf(productId)).toEqual(AVAILABLE);
  });

  it('a tombstone wins against an insert in flight while the hold is released', async () => {
    const proxy = await harness.startProxy({ port: harness.catalogPort });
    const slow = await harness.start({ clock, catalogTarget: proxy.address });
    const warmUp = await harness.catalog.newProduct(1);
    await slow.reserve(newId(), { lines: [{ productId: warmUp, quantity: 1 }] });
    const productId = await harness.catalog.newProduct(1);
    const customerId = newId();
    const reservationId = reservationIdFor({ customerId, idempotencyKey: 'slow' });

    proxy.setMode('hold-replies');
    const reserving = refusalOf(
      slow.reserve(customerId, { lines: [{ productId, quantity: 1 }], idempotencyKey: 'slow' }),
    );
    await eventually(
      async () => expect(await harness.catalog.stockOf(productId)).toEqual(HELD),
      5_000,
    );
    const verdicts = await api.expire([reservationId]);
    await harness.catalog.restore([reservationId]);
    proxy.setMode('pass');

    expect(verdicts).toMatchObject([{ verdict: HOLD_VERDICT_RELEASE }]);
    expect((await reserving).reason).toBe('RESERVATION_EXPIRED');
    expect(await harness.catalog.stockOf(productId)).toEqual(AVAILABLE);
  });

  it('a tombstone has no owner: it is neither found nor listed', async () => {
    const customerId = newId();
    const reservationId = reservationIdFor({ customerId, idempotencyKey: 'ghost' });
    await api.expire([reservationId]);

    for (const call of [api.get, api.confirm, api.cancel]) {
      expect((await refusalOf(call(customerId, reservationId))).reason).toBe(
        'RESERVATION_NOT_FOUND',
      );
    }
    expect((await api.list(customerId)).reservations).toEqual([]);
  });

  it('of a tombstone and a concurrent reservation with the same id, only one is written', async () => {
    const productId = await harness.catalog.newProduct(100);
    const customerId = newId();

    await Promise.all(
      Array.from({ length: 100 }, async (_, index) => {
        const idempotencyKey = `race-${index}`;
        const id = reservationIdFor({ customerId, idempotencyKey });
        const [reserved, [verdict]] = await Promise.all([
          api.reserve(customerId, { lines: [{ productId, quantity: 1 }], idempotencyKey }).then(
            () => 'reserved' as const,
            (error: { readonly reason: string }) => error.reason,
          ),
          api.expire([id]),
        ]);
        const wanted =
          verdict?.verdict === HOLD_VERDICT_NOT_DUE ? 'reserved' : 'RESERVATION_EXPIRED';
        expect(reserved).toBe(wanted);
      }),
    );

    const { held, available } = await harness.catalog.stockOf(productId);
    const pending = await Promise.all([
      api.list(customerId, { pageSize: 100 }),
      api.list(customerId, { pageSize: 100, status: ReservationStatus.RESERVATION_STATUS_PENDING }),
    ]);
    expect(held + available).toBe(100);
    for (const { reservations } of pending) expect(reservations).toHaveLength(held);
  });
});

describe('an expired hold', () => {
  it('a retried Reserve creates no reservation for an expired hold', async () => {
    const productId = await harness.catalog.newProduct(1);
    const customerId = newId();
    const idempotencyKey = 'resumed-too-late';
    // The state left by a first call that crashed after the decrement.
    await harness.catalog.takeHold({
      reservationId: reservationIdFor({ customerId, idempotencyKey }),
      customerId,
      lines: [{ productId, quantity: 1 }],
      expireTime: new Date(clock.now().getTime() + 1_000),
    });
    clock.advanceMs(1_000);

    const refusal = await refusalOf(
      api.reserve(customerId, { lines: [{ productId, quantity: 1 }], idempotencyKey }),
    );

    expect(refusal.reason).toBe('RESERVATION_EXPIRED');
    expect((await api.list(customerId)).reservations).toEqual([]);
  });
});
