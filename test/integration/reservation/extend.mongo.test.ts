import { HoldVerdict, ReservationStatus } from '@flashreserve/contracts/reservation';
import { createTestClock, newId } from '@flashreserve/ops';
import mongoose from 'mongoose';
import {
  type Harness,
  type ReservationApi,
  refusalOf,
  reservationOf,
  startHarness,
  TTL_SECONDS,
} from './harness';

const MAX_HOLD_SECONDS = 100;
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
let catalogDb: mongoose.Connection;

beforeAll(async () => {
  harness = await startHarness();
  const options = { clock, env: { MAX_HOLD_SECONDS: String(MAX_HOLD_SECONDS) } };
  api = await harness.start(options);
  another = await harness.start(options);
  catalogDb = await mongoose
    .createConnection(harness.mongoUri, { dbName: `${harness.prefix}_catalog` })
    .asPromise();
});
afterAll(async () => {
  await catalogDb.close();
  await harness.stop();
});

const reserveOne = async () => {
  const productId = await harness.catalog.newProduct(1);
  const customerId = newId();
  const { reservation } = await api.reserve(customerId, { lines: [{ productId, quantity: 1 }] });
  const { reservationId, expireTime = new Date(0) } = reservationOf({ reservation });
  return { productId, customerId, reservationId, expireTime };
};

/** Seconds by which the reservation expires later than at first. */
const extendedBy = (
  { expireTime }: { readonly expireTime: Date },
  response: Parameters<typeof reservationOf>[0],
): number => ((reservationOf(response).expireTime?.getTime() ?? 0) - expireTime.getTime()) / 1_000;

const verdictOf = async (reservationId: string) => (await api.expire([reservationId]))[0];

describe('ExtendReservation', () => {
  it('an extended reservation keeps its units past the first expiry, may be confirmed, and expires at the new one', async () => {
    const [paid, left] = [await reserveOne(), await reserveOne()];
    for (const one of [paid, left]) {
      const response = await api.extend(one.customerId, one.reservationId, 30);
      expect(extendedBy(one, response)).toBe(30);
    }

    clock.advanceMs(TTL_SECONDS * 1_000 + 10_000);

    expect(await verdictOf(paid.reservationId)).toMatchObject({
      verdict: HOLD_VERDICT_NOT_DUE,
      remaining: { seconds: 20 },
    });
    expect(await harness.catalog.stockOf(paid.productId)).toEqual(HELD);
    const { reservation } = await api.confirm(paid.customerId, paid.reservationId);
    expect(reservation?.status).toBe(RESERVATION_STATUS_CONFIRMED);
    await harness.catalog.expectStock(paid.productId, SOLD);
    clock.advanceMs(20_000);
    expect(await verdictOf(left.reservationId)).toMatchObject({ verdict: HOLD_VERDICT_RELEASE });
    expect((await api.get(left.customerId, left.reservationId)).reservation?.status).toBe(
      RESERVATION_STATUS_EXPIRED,
    );
  });

  it('the hold becomes overdue at the new expiry, so that sweeps do not list it meanwhile', async () => {
    const one = await reserveOne();
    const overdueAt = async () =>
      (
        await catalogDb
          .collection<{ _id: string; expireTime: Date }>('holds')
          .findOne({ _id: one.reservationId })
      )?.expireTime.getTime() ?? 0;
    const before = await overdueAt();

    await api.extend(one.customerId, one.reservationId, 30);

    const moved = (await overdueAt()) - before;
    expect(moved).toBeGreaterThanOrEqual(29_000);
  });

  it('a retry moves nothing, also after other extensions, and each of eight concurrent ones moves its part', async () => {
    const one = await reserveOne();
    const requestId = newId();
    const send = (through: ReservationApi, id?: string) =>
      through.extend(one.customerId, one.reservationId, 2, id);

    const repeated = await Promise.all([
      send(api, requestId),
      send(another, requestId),
      send(api, requestId),
    ]);
    await Promise.all(Array.from({ length: 8 }, (_, n) => send(n % 2 === 0 ? api : another)));

    expect(repeated.map((response) => extendedBy(one, response))).toEqual([2, 2, 2]);
    expect(extendedBy(one, await send(api, requestId))).toBe(18);
    expect(extendedBy(one, await api.get(one.customerId, one.reservationId))).toBe(18);
  });

  it('a reservation is never held past its maximum, and a refused extension moves nothing', async () => {
    const one = await reserveOne();
    const left = MAX_HOLD_SECONDS - TTL_SECONDS;

    const refusal = await refusalOf(api.extend(one.customerId, one.reservationId, left + 1));
    const unmoved = await api.get(one.customerId, one.reservationId);
    const response = await api.extend(one.customerId, one.reservationId, left);

    expect(refusal).toMatchObject({
      kind: 'precondition',
      reason: 'HOLD_TIME_EXCEEDED',
      metadata: { latestExpiresAt: reservationOf(response).expireTime?.toISOString() },
    });
    expect([extendedBy(one, unmoved), extendedBy(one, response)]).toEqual([0, left]);
  });

  it('what has ended or is due is not extended, and what nobody has is not found', async () => {
    const [confirmed, cancelled] = [await reserveOne(), await reserveOne()];
    await api.confirm(confirmed.customerId, confirmed.reservationId);
    await api.cancel(cancelled.customerId, cancelled.reservationId);
    const due = await reserveOne();
    clock.advanceMs(TTL_SECONDS * 1_000);

    const reasons = [];
    for (const { customerId, reservationId } of [confirmed, cancelled, due]) {
      reasons.push((await refusalOf(api.extend(customerId, reservationId, 1))).reason);
    }
    reasons.push((await refusalOf(api.extend(newId(), due.reservationId, 1))).reason);

    expect(reasons).toEqual([
      'RESERVATION_CONFIRMED',
      'RESERVATION_CANCELLED',
      'RESERVATION_EXPIRED',
      'RESERVATION_NOT_FOUND',
    ]);
  });

  it('a reservation of catalog without a reply is extended all the same', async () => {
    const proxy = await harness.startProxy({ port: harness.catalogPort });
    const alone = await harness.start({ clock, catalogTarget: `127.0.0.1:${proxy.port}` });
    const one = await reserveOne();
    await proxy.stop();

    const response = await alone.extend(one.customerId, one.reservationId, 30);

    expect(extendedBy(one, response)).toBe(30);
  });

  it('extensions that race with confirmations, cancellations and the expiry leave one outcome, which every response fits', async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const one = await reserveOne();
      const { customerId, reservationId, productId } = one;
      clock.advanceMs(TTL_SECONDS * 1_000 - 1);

      const started = [
        api.extend(customerId, reservationId, 1),
        another.extend(customerId, reservationId, 1),
        ...(round % 3 === 0 ? [another.confirm(customerId, reservationId)] : []),
        ...(round % 3 === 1 ? [another.cancel(customerId, reservationId)] : []),
      ];
      if (round % 2 === 0) await new Promise(setImmediate);
      clock.advanceMs(1);
      const [extensions, verdict] = await Promise.all([
        Promise.allSettled(started.slice(0, 2)),
        verdictOf(reservationId),
        Promise.allSettled(started),
      ]);

      const { reservation } = await api.get(customerId, reservationId);
      const accepted = extensions.filter(({ status }) => status === 'fulfilled').length;
      if (reservation?.status === RESERVATION_STATUS_EXPIRED) {
        expect({ accepted, verdict: verdict?.verdict }).toEqual({
          accepted: 0,
          verdict: HOLD_VERDICT_RELEASE,
        });
        await harness.catalog.restore([reservationId]);
      }
      if (reservation?.status === RESERVATION_STATUS_PENDING) {
        expect(extendedBy(one, { reservation })).toBe(accepted);
      }
      const stock = {
        [RESERVATION_STATUS_PENDING]: HELD,
        [RESERVATION_STATUS_CONFIRMED]: SOLD,
        [RESERVATION_STATUS_CANCELLED]: AVAILABLE,
        [RESERVATION_STATUS_EXPIRED]: AVAILABLE,
      }[String(reservation?.status)];
      await harness.catalog.expectStock(productId, stock ?? {});
    }
  });
});
