import { ReservationStatus } from '@flashreserve/contracts/reservation';
import { createTestClock, newId } from '@flashreserve/ops';
import type { DomainError } from '@flashreserve/rpc';
import {
  firstOnes,
  type Harness,
  type ReservationApi,
  refusalOf,
  reservationOf,
  startHarness,
  TTL_SECONDS,
} from './harness';

// Goal: of each line never more units are returned than were confirmed, each return once, and the
// stock follows exactly. Method: two instances with one clock, on real stores.

const { RESERVATION_STATUS_CONFIRMED, RESERVATION_STATUS_RETURNED } = ReservationStatus;
const CONCURRENT = 50;

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

const reserve = async (stock: number, quantity: number) => {
  const productId = await harness.catalog.newProduct(stock);
  const customerId = newId();
  const response = await api.reserve(customerId, { lines: [{ productId, quantity }] });
  return { productId, customerId, reservationId: reservationOf(response).reservationId };
};

const sell = async (stock: number, quantity: number) => {
  const one = await reserve(stock, quantity);
  await api.confirm(one.customerId, one.reservationId);
  return one;
};

describe('ReturnReservation', () => {
  it('some units stay sold, and with the last of them the reservation is RETURNED', async () => {
    const { productId, customerId, reservationId } = await sell(5, 3);
    const lines = [{ productId, quantity: 1 }];

    const first = await api.giveBack(customerId, reservationId, { lines, writeOff: true });

    expect(first).toMatchObject({
      replayed: false,
      reservation: { status: RESERVATION_STATUS_CONFIRMED, lines: [{ returnedUnits: 1 }] },
      returned: { lines, writeOff: true, reason: 'too small' },
    });
    await harness.catalog.expectStock(productId, { available: 2, held: 0, sold: 2, writtenOff: 1 });

    const last = await api.giveBack(customerId, reservationId);

    expect(last).toMatchObject({
      reservation: { status: RESERVATION_STATUS_RETURNED, lines: [{ returnedUnits: 3 }] },
      returned: { lines: [{ productId, quantity: 2 }], writeOff: false },
    });
    expect(reservationOf(last).returnedTime).toEqual(last.returned?.createTime);
    await harness.catalog.expectStock(productId, { available: 4, held: 0, sold: 0, writtenOff: 1 });
    expect(await api.get(customerId, reservationId)).toEqual({ reservation: last.reservation });
    const listed = await api.list(customerId, { status: RESERVATION_STATUS_RETURNED });
    // Pages name what came back by line only.
    expect(listed.reservations).toEqual([{ ...last.reservation, returns: [] }]);
  });

  it('a return on sale again can be reserved by another customer', async () => {
    const { productId, customerId, reservationId } = await sell(1, 1);

    await api.giveBack(customerId, reservationId);
    await harness.catalog.expectStock(productId, { available: 1, held: 0, sold: 0 });

    const next = await api.reserve(newId(), { lines: [{ productId, quantity: 1 }] });
    expect(next.replayed).toBe(false);
  });

  it('the same key, 50 times at once on two instances, returns the units once, also in the stock', async () => {
    const { productId, customerId, reservationId } = await sell(10, 10);
    const input = { lines: [{ productId, quantity: 2 }], idempotencyKey: newId() };

    const responses = await Promise.all(
      Array.from({ length: CONCURRENT }, (_, index) =>
        (index % 2 === 0 ? api : another).giveBack(customerId, reservationId, input),
      ),
    );

    expect(firstOnes(responses).length).toBeLessThanOrEqual(1);
    expect(new Set(responses.map(({ returned }) => returned?.returnId)).size).toBe(1);
    await harness.catalog.expectStock(productId, { available: 2, held: 0, sold: 8 });
    const { reservation } = await api.get(customerId, reservationId);
    expect(reservation?.lines).toMatchObject([{ quantity: 10, returnedUnits: 2 }]);
  });

  it('of 50 returns with different keys at once on two instances, no more succeed than units were sold', async () => {
    const { productId, customerId, reservationId } = await sell(20, 20);

    const reasons = await Promise.all(
      Array.from({ length: CONCURRENT }, (_, index) =>
        (index % 2 === 0 ? api : another)
          .giveBack(customerId, reservationId, {
            lines: [{ productId, quantity: 1 }],
            writeOff: index % 4 === 0,
          })
          .then(
            () => 'ok',
            ({ reason }: DomainError) => reason,
          ),
      ),
    );

    expect(reasons.filter((reason) => reason === 'ok')).toHaveLength(20);
    expect(new Set(reasons)).toEqual(new Set(['ok', 'RESERVATION_RETURNED']));
    const { reservation } = await api.get(customerId, reservationId);
    expect(reservation).toMatchObject({
      status: RESERVATION_STATUS_RETURNED,
      lines: [{ returnedUnits: 20 }],
    });
    await harness.catalog.expectStock(productId, { held: 0, sold: 0 });
  });

  it('a return right after the confirmation, while its settlement is under way, counts once in the stock', async () => {
    const rounds = await Promise.all(
      Array.from({ length: 20 }, async () => {
        const one = await reserve(3, 2);
        await api.confirm(one.customerId, one.reservationId);
        await another.giveBack(one.customerId, one.reservationId, {
          lines: [{ productId: one.productId, quantity: 1 }],
        });
        return one;
      }),
    );

    for (const { productId } of rounds) {
      await harness.catalog.expectStock(productId, { available: 2, held: 0, sold: 1 });
    }
  });

  it('a retry with other content is refused, and one with the same content finds the first in its order of lines', async () => {
    const productIds = [await harness.catalog.newProduct(2), await harness.catalog.newProduct(2)];
    const customerId = newId();
    const all = productIds.map((productId) => ({ productId, quantity: 2 }));
    const { reservationId } = reservationOf(await api.reserve(customerId, { lines: all }));
    await api.confirm(customerId, reservationId);
    const lines = productIds.map((productId) => ({ productId, quantity: 1 }));
    const input = { lines, idempotencyKey: newId() };
    const first = await api.giveBack(customerId, reservationId, input);

    const again = await another.giveBack(customerId, reservationId, {
      ...input,
      lines: lines.toReversed(),
    });

    expect(again).toEqual({ ...first, replayed: true });
    for (const change of [{ lines: all }, { lines: [] }, { writeOff: true }, { reason: 'other' }]) {
      const call = api.giveBack(customerId, reservationId, { ...input, ...change });
      expect(await refusalOf(call)).toMatchObject({
        kind: 'conflict',
        reason: 'IDEMPOTENCY_KEY_REUSED',
      });
    }
  });

  it('a retry of "everything that is left" finds the first, although nothing is left', async () => {
    const { customerId, reservationId } = await sell(2, 2);
    const input = { idempotencyKey: newId() };

    const first = await api.giveBack(customerId, reservationId, input);

    expect(await another.giveBack(customerId, reservationId, input)).toEqual({
      ...first,
      replayed: true,
    });
  });

  it('what is pending, ended unsold, returned or nobody has is not returned', async () => {
    const [pending, due, cancelled, returned] = [
      await reserve(1, 1),
      await reserve(1, 1),
      await reserve(1, 1),
      await sell(1, 1),
    ];
    await api.cancel(cancelled.customerId, cancelled.reservationId);
    await api.giveBack(returned.customerId, returned.reservationId);
    const reasonFor = async (one: { customerId: string; reservationId: string }) =>
      (await refusalOf(api.giveBack(one.customerId, one.reservationId))).reason;

    const reasons = [
      await reasonFor(pending),
      await reasonFor(cancelled),
      await reasonFor(returned),
      await reasonFor({ customerId: newId(), reservationId: returned.reservationId }),
      await reasonFor({ customerId: newId(), reservationId: newId() }),
    ];
    clock.advanceMs(TTL_SECONDS * 1_000);

    expect([...reasons, await reasonFor(due)]).toEqual([
      'RESERVATION_PENDING',
      'RESERVATION_CANCELLED',
      'RESERVATION_RETURNED',
      'RESERVATION_NOT_FOUND',
      'RESERVATION_NOT_FOUND',
      'RESERVATION_EXPIRED',
    ]);
  });

  it('more units than are left are refused with the number that is left, and nothing is returned', async () => {
    const { productId, customerId, reservationId } = await sell(3, 3);
    await api.giveBack(customerId, reservationId, { lines: [{ productId, quantity: 2 }] });

    const refusal = await refusalOf(
      api.giveBack(customerId, reservationId, { lines: [{ productId, quantity: 2 }] }),
    );

    expect(refusal).toMatchObject({
      kind: 'precondition',
      reason: 'RETURN_EXCEEDS_UNITS',
      metadata: { productId, returnableUnits: '1' },
    });
    await harness.catalog.expectStock(productId, { available: 2, held: 0, sold: 1 });
  });

  it('a returned reservation is neither confirmed, cancelled, extended nor revived, and a partly returned one is still confirmed', async () => {
    const [whole, part] = [await sell(1, 1), await sell(2, 2)];
    await api.giveBack(whole.customerId, whole.reservationId);
    const lines = [{ productId: part.productId, quantity: 1 }];
    await api.giveBack(part.customerId, part.reservationId, { lines });
    const { customerId, reservationId } = whole;

    const refusals = [
      await refusalOf(api.confirm(customerId, reservationId)),
      await refusalOf(api.cancel(customerId, reservationId)),
      await refusalOf(api.extend(customerId, reservationId, 1)),
      await refusalOf(api.revive(customerId, reservationId)),
    ];

    expect(refusals.map(({ reason }) => reason)).toEqual(
      Array.from({ length: 4 }, () => 'RESERVATION_RETURNED'),
    );
    const { reservation } = await api.confirm(part.customerId, part.reservationId);
    expect(reservation).toMatchObject({
      status: RESERVATION_STATUS_CONFIRMED,
      lines: [{ returnedUnits: 1 }],
    });
  });

  it.each([
    ['no reason', { reason: ' ' }, 'reason'],
    ['a long reason', { reason: 'x'.repeat(201) }, 'reason'],
    ['a quantity of 0', { lines: [{ productId: newId(), quantity: 0 }] }, 'lines[0].quantity'],
    [
      'a request id of version 4',
      { requestId: '6f1f5d2e-7d53-4f3b-9d33-1f2c3b4a5d6e' },
      'request_id',
    ],
    [
      'too many lines',
      { lines: Array.from({ length: 21 }, () => ({ productId: newId(), quantity: 1 })) },
      'lines',
    ],
  ])('a request with %s is refused', async (_what, input, field) => {
    expect(await refusalOf(api.giveBack(newId(), newId(), input))).toMatchObject({
      reason: 'INVALID_REQUEST',
      fieldViolations: [expect.objectContaining({ field })],
    });
  });
});
