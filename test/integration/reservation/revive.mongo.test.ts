import { HoldVerdict, ReservationStatus } from '@flashreserve/contracts/reservation';
import { createTestClock, newId } from '@flashreserve/ops';
import mongoose from 'mongoose';
import { revivalIdOf } from '../../../services/reservation/src/domain/reservation-id';
import {
  firstOnes,
  type Harness,
  type ReservationApi,
  refusalOf,
  reservationOf,
  startHarness,
  TTL_SECONDS,
} from './harness';

// Goal: a late payment sells the units of an expired reservation at most once, and only if they are
// there. Method: two instances with one clock, on real stores.

const { RESERVATION_STATUS_CONFIRMED, RESERVATION_STATUS_EXPIRED } = ReservationStatus;
const ROUNDS = 10;
const AVAILABLE = { available: 1, held: 0, sold: 0 };
const SOLD = { available: 0, held: 0, sold: 1 };

const clock = createTestClock(new Date());
let harness: Harness;
let api: ReservationApi;
let another: ReservationApi;

beforeAll(async () => {
  harness = await startHarness();
  api = await harness.start({ clock });
  another = await harness.start({ clock });
});
afterAll(() => harness.stop());

const reserveOne = async (units = 1) => {
  const productId = await harness.catalog.newProduct(units);
  const customerId = newId();
  const response = await api.reserve(customerId, { lines: [{ productId, quantity: 1 }] });
  return { productId, customerId, reservationId: reservationOf(response).reservationId };
};
const passExpiry = (): void => clock.advanceMs(TTL_SECONDS * 1_000);

/** A reservation that has expired, whose units are available again. */
const expireOne = async (units = 1) => {
  const one = await reserveOne(units);
  passExpiry();
  await api.expire([one.reservationId]);
  await harness.catalog.restore([one.reservationId]);
  return one;
};

describe('ReviveReservation', () => {
  it('makes a confirmed reservation of an expired one, which stays expired; a retry returns the same', async () => {
    const { productId, customerId, reservationId } = await expireOne();

    const revived = await api.revive(customerId, reservationId);
    const again = await another.revive(customerId, reservationId);

    expect(revived).toMatchObject({
      replayed: false,
      reservation: {
        customerId,
        status: RESERVATION_STATUS_CONFIRMED,
        lines: [{ productId, quantity: 1 }],
        replaces: reservationId,
      },
    });
    expect(again).toEqual({ ...revived, replayed: true });
    await harness.catalog.expectStock(productId, SOLD);
    const { reservation } = await api.get(customerId, reservationId);
    expect(reservation?.status).toBe(RESERVATION_STATUS_EXPIRED);
    const { reservations } = await api.list(customerId);
    expect(reservations.map((one) => one.replaces)).toEqual([reservationId, undefined]);
  });

  it('is refused when the units were sold to others, and changes nothing', async () => {
    const { productId, customerId, reservationId } = await expireOne();
    await api.reserve(newId(), { lines: [{ productId, quantity: 1 }] });

    const refusal = await refusalOf(api.revive(customerId, reservationId));

    expect(refusal).toMatchObject({ kind: 'precondition', reason: 'OUT_OF_STOCK' });
    expect(await harness.catalog.stockOf(productId)).toEqual({ available: 0, held: 1, sold: 0 });
  });

  it('what is pending, ended otherwise or nobody has is not revived', async () => {
    const [pending, confirmed, cancelled] = [
      await reserveOne(),
      await reserveOne(),
      await reserveOne(),
    ];
    await api.confirm(confirmed.customerId, confirmed.reservationId);
    await api.cancel(cancelled.customerId, cancelled.reservationId);
    const tombstone = newId();
    await api.expire([tombstone]);

    const reasons = [];
    for (const { customerId, reservationId } of [
      pending,
      confirmed,
      cancelled,
      { customerId: newId(), reservationId: pending.reservationId },
      { customerId: newId(), reservationId: tombstone },
    ]) {
      reasons.push((await refusalOf(api.revive(customerId, reservationId))).reason);
    }

    expect(reasons).toEqual([
      'RESERVATION_PENDING',
      'RESERVATION_CONFIRMED',
      'RESERVATION_CANCELLED',
      'RESERVATION_NOT_FOUND',
      'RESERVATION_NOT_FOUND',
    ]);
  });

  it('after a tombstone for its id it is refused, and its units are available', async () => {
    const { productId, customerId, reservationId } = await expireOne();
    await api.expire([revivalIdOf(reservationId)]);

    const refusal = await refusalOf(api.revive(customerId, reservationId));

    expect(refusal.reason).toBe('RESERVATION_EXPIRED');
    await harness.catalog.expectStock(productId, AVAILABLE);
  });

  it('what is older than the retention is not found, because its revival may be deleted', async () => {
    const { productId, customerId, reservationId } = await expireOne();
    const dbName = `${harness.prefix}_reservation`;
    const database = await mongoose.createConnection(harness.mongoUri, { dbName }).asPromise();
    const createdAt = new Date(clock.now().getTime() - 401 * 86_400_000);
    await database
      .collection<{ _id: string }>('reservations')
      .updateOne({ _id: reservationId }, { $set: { createdAt } });
    await database.close();

    const refusal = await refusalOf(api.revive(customerId, reservationId));

    expect(refusal.reason).toBe('RESERVATION_NOT_FOUND');
    expect(await harness.catalog.stockOf(productId)).toEqual(AVAILABLE);
  });

  it('of 20 calls at once one makes it, and the others return it', async () => {
    const { productId, customerId, reservationId } = await expireOne(5);

    const responses = await Promise.all(
      Array.from({ length: 20 }, (_, n) =>
        (n % 2 === 0 ? api : another).revive(customerId, reservationId),
      ),
    );

    expect(firstOnes(responses)).toHaveLength(1);
    expect(new Set(responses.map(({ reservation }) => reservation?.reservationId)).size).toBe(1);
    await harness.catalog.expectStock(productId, { available: 4, held: 0, sold: 1 });
  });

  it('calls that race with the confirmation, the expiry and a job for the new id sell at most once, and no unit is lost', async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const { productId, customerId, reservationId } = await reserveOne(5);
      const revivalId = revivalIdOf(reservationId);
      clock.advanceMs(TTL_SECONDS * 1_000 - 1);
      const confirming = api.confirm(customerId, reservationId);
      if (round % 2 === 0) await new Promise(setImmediate);
      clock.advanceMs(1);

      const settled = await Promise.allSettled([
        another.revive(customerId, reservationId),
        another.expire(round % 3 === 0 ? [reservationId, revivalId] : [reservationId]),
        api.revive(customerId, reservationId),
        confirming,
      ]);

      const accepted = settled.filter((one) => one.status === 'fulfilled').length;
      expect(accepted).toBeGreaterThan(0);
      passExpiry();
      const ids = [reservationId, revivalId];
      const verdicts = await api.expire(ids);
      await harness.catalog.restore(
        verdicts
          .filter(({ verdict }) => verdict === HoldVerdict.HOLD_VERDICT_RELEASE)
          .map((one) => one.reservationId),
      );
      const { reservations } = await api.list(customerId);
      const sold = reservations.filter(({ status }) => status === RESERVATION_STATUS_CONFIRMED);
      expect(sold.length).toBeLessThanOrEqual(1);
      const units = sold.length;
      await harness.catalog.expectStock(productId, { available: 5 - units, held: 0, sold: units });
    }
  });
});
