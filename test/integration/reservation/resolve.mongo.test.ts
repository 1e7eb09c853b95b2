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

const clock = createTestClock(new Date());
const { RESERVATION_STATUS_CONFIRMED, RESERVATION_STATUS_CANCELLED, RESERVATION_STATUS_PENDING } =
  ReservationStatus;
let harness: Harness;
let api: ReservationApi;

beforeAll(async () => {
  harness = await startHarness();
  api = await harness.start({ clock });
});
afterAll(() => harness.stop());

const reserveOne = async (through: ReservationApi = api) => {
  const productId = await harness.catalog.newProduct(1);
  const customerId = newId();
  const response = await through.reserve(customerId, { lines: [{ productId, quantity: 1 }] });
  return { productId, customerId, reservationId: reservationOf(response).reservationId };
};

const AVAILABLE = { available: 1, held: 0, sold: 0 };
const HELD = { available: 0, held: 1, sold: 0 };
const SOLD = { available: 0, held: 0, sold: 1 };

describe('ConfirmReservation', () => {
  it('confirming sells the units, and a retry succeeds without changing anything', async () => {
    const { productId, customerId, reservationId } = await reserveOne();

    const first = await api.confirm(customerId, reservationId);
    clock.advanceMs(5);
    const second = await api.confirm(customerId, reservationId);

    expect(first.reservation).toMatchObject({ status: RESERVATION_STATUS_CONFIRMED });
    expect(first.reservation?.confirmTime).toBeInstanceOf(Date);
    expect(second).toEqual(first);
    await harness.catalog.expectStock(productId, SOLD);
  });

  it('a confirmation after a cancellation is refused, and the cancellation stays', async () => {
    const { productId, customerId, reservationId } = await reserveOne();
    await api.cancel(customerId, reservationId);

    const refusal = await refusalOf(api.confirm(customerId, reservationId));

    expect(refusal).toMatchObject({
      kind: 'precondition',
      reason: 'RESERVATION_CANCELLED',
      domain: 'reservation.flashreserve',
    });
    expect(await harness.catalog.stockOf(productId)).toEqual(AVAILABLE);
  });

  it('of 20 confirms racing 20 cancels, one side wins', async () => {
    const { productId, customerId, reservationId } = await reserveOne();

    const calls = Array.from({ length: 20 }, () => [
      api.confirm(customerId, reservationId),
      api.cancel(customerId, reservationId),
    ]).flat();
    const outcomes = await Promise.allSettled(calls);

    const statuses = outcomes.flatMap((outcome) =>
      outcome.status === 'fulfilled' ? [outcome.value.reservation?.status] : [],
    );
    expect(statuses).toHaveLength(20);
    expect(new Set(statuses).size).toBe(1);
    await harness.catalog.expectStock(
      productId,
      statuses[0] === RESERVATION_STATUS_CONFIRMED ? SOLD : AVAILABLE,
    );
  });
});

describe('CancelReservation', () => {
  it('cancelling releases the units once, and a retry succeeds without changing anything', async () => {
    const { productId, customerId, reservationId } = await reserveOne();

    const first = await api.cancel(customerId, reservationId);
    clock.advanceMs(5);
    const second = await api.cancel(customerId, reservationId);

    expect(first.reservation).toMatchObject({ status: RESERVATION_STATUS_CANCELLED });
    expect(first.reservation?.cancelTime).toBeInstanceOf(Date);
    expect(second).toEqual(first);
    expect(await harness.catalog.stockOf(productId)).toEqual(AVAILABLE);
  });

  it('a cancellation after a confirmation is refused, and the confirmation stays', async () => {
    const { productId, customerId, reservationId } = await reserveOne();
    await api.confirm(customerId, reservationId);

    const refusal = await refusalOf(api.cancel(customerId, reservationId));

    expect(refusal).toMatchObject({ kind: 'precondition', reason: 'RESERVATION_CONFIRMED' });
    await harness.catalog.expectStock(productId, SOLD);
  });
});

describe('a reservation at its expiry', () => {
  it('it can be confirmed a millisecond before its expiry, but not at that instant', async () => {
    const inTime = await reserveOne();
    clock.advanceMs(1);
    const tooLate = await reserveOne();
    clock.advanceMs(TTL_SECONDS * 1000 - 2);
    await api.confirm(inTime.customerId, inTime.reservationId);

    clock.advanceMs(2);

    const refusal = await refusalOf(api.confirm(tooLate.customerId, tooLate.reservationId));
    expect(refusal).toMatchObject({ kind: 'precondition', reason: 'RESERVATION_EXPIRED' });
  });

  it('it is refused as expired before and after ExpireReservations ran', async () => {
    const { customerId, reservationId } = await reserveOne();
    clock.advanceMs(TTL_SECONDS * 1000);

    const before = await Promise.all([
      refusalOf(api.confirm(customerId, reservationId)),
      refusalOf(api.cancel(customerId, reservationId)),
    ]);
    await api.expire([reservationId]);
    const after = await Promise.all([
      refusalOf(api.confirm(customerId, reservationId)),
      refusalOf(api.cancel(customerId, reservationId)),
    ]);

    for (const { reason } of [...before, ...after]) expect(reason).toBe('RESERVATION_EXPIRED');
  });

  it('once reported as expired, it stays expired, even if a confirmation decided in time arrives late', async () => {
    const { customerId, reservationId } = await reserveOne();
    clock.advanceMs(TTL_SECONDS * 1000);
    await refusalOf(api.confirm(customerId, reservationId));

    // Simulates a slow store: the write arrives with a time that has passed.
    clock.advanceMs(-TTL_SECONDS * 1000);
    const late = await refusalOf(api.confirm(customerId, reservationId));

    expect(late.reason).toBe('RESERVATION_EXPIRED');
  });
});

describe("another customer's reservation", () => {
  it('it is reported like an unknown one and stays unchanged', async () => {
    const { productId, customerId, reservationId } = await reserveOne();
    const stranger = newId();

    const refusals = await Promise.all([
      refusalOf(api.get(stranger, reservationId)),
      refusalOf(api.confirm(stranger, reservationId)),
      refusalOf(api.cancel(stranger, reservationId)),
    ]);
    const unknown = await refusalOf(api.get(stranger, newId()));

    for (const refusal of refusals) {
      expect(refusal).toMatchObject({ kind: 'not-found', reason: 'RESERVATION_NOT_FOUND' });
      expect(refusal.message).toBe(unknown.message);
    }
    expect((await api.list(stranger)).reservations).toEqual([]);
    expect((await api.get(customerId, reservationId)).reservation).toMatchObject({
      status: RESERVATION_STATUS_PENDING,
    });
    expect(await harness.catalog.stockOf(productId)).toEqual(HELD);
  });
});

describe('confirm against expiry', () => {
  /** Two instances with clocks before and after the expiry, so that either side may win. */
  it('each of 200 concurrent pairs has exactly one winner, and the stock matches', async () => {
    const start = new Date();
    const early = await harness.start({ clock: createTestClock(start) });
    const late = await harness.start({
      clock: createTestClock(new Date(start.getTime() + TTL_SECONDS * 1000 + 1)),
    });
    const productId = await harness.catalog.newProduct(200);
    const customerId = newId();
    const reserved = await Promise.all(
      Array.from({ length: 200 }, () =>
        early.reserve(customerId, { lines: [{ productId, quantity: 1 }] }),
      ),
    );
    const ids = reserved.map((response) => reservationOf(response).reservationId);

    const race = async (id: string, index: number) => {
      const confirm = () =>
        early.confirm(customerId, id).then(
          () => 'confirmed' as const,
          (error: { readonly reason: string }) => error.reason,
        );
      const expire = () => late.expire([id]);
      // Alternates which call starts first, so that neither side has an advantage.
      if (index % 2 === 0) return Promise.all([confirm(), expire()]);
      const [expired, confirmed] = await Promise.all([expire(), confirm()]);
      return [confirmed, expired] as const;
    };
    // Ensures that both instances have keys and connections, so neither is late for the first
    // pairs.
    await Promise.all([early.list(customerId), late.list(customerId)]);
    const pairs = [];
    for (let done = 0; done < ids.length; done += 10) {
      pairs.push(...(await Promise.all(ids.slice(done, done + 10).map(race))));
    }

    const sell = { verdict: HoldVerdict.HOLD_VERDICT_SELL };
    const release = { verdict: HoldVerdict.HOLD_VERDICT_RELEASE };
    let sold = 0;
    for (const [confirmed, verdicts] of pairs) {
      if (confirmed === 'confirmed') sold += 1;
      else expect(confirmed).toBe('RESERVATION_EXPIRED');
      expect(verdicts).toMatchObject([confirmed === 'confirmed' ? sell : release]);
    }
    const released = pairs.flatMap(([, verdicts]) =>
      verdicts.filter(({ verdict }) => verdict === release.verdict),
    );
    expect(sold + released.length).toBe(200);
    if (released.length > 0) {
      await harness.catalog.restore(released.map(({ reservationId }) => reservationId));
    }
    await harness.catalog.expectStock(productId, { available: 200 - sold, held: 0, sold });
  });
});
