import { ReservationStatus } from '@flashreserve/contracts/reservation';
import { createTestClock, newId } from '@flashreserve/ops';
import { callUnary } from '@flashreserve/rpc';
import {
  type Harness,
  type ReservationApi,
  reservationOf,
  startHarness,
  TTL_SECONDS,
} from './harness';

// Goal: all calls show the same reservation, whether or not the worker has run, and regardless of
// the case of ids.

const { RESERVATION_STATUS_PENDING: PENDING, RESERVATION_STATUS_EXPIRED: EXPIRED } =
  ReservationStatus;

const clock = createTestClock(new Date());
let harness: Harness;
let api: ReservationApi;
let productId: string;

beforeAll(async () => {
  harness = await startHarness();
  api = await harness.start({ clock, env: { OPEN_HOLDS_PER_USER: '3' } });
  productId = await harness.catalog.newProduct(100);
});
afterAll(() => harness.stop());

const idsOf = async (customer: string, status: ReservationStatus, pageToken = '') => {
  const page = await api.list(customer, { status, pageSize: 2, pageToken });
  const ids = page.reservations.map(({ reservationId }) => reservationId);
  return { ids, next: page.nextPageToken };
};

describe('a due reservation that no worker has expired', () => {
  it('a due reservation reads EXPIRED in every call', async () => {
    const customer = newId();
    const input = { lines: [{ productId, quantity: 1 }], idempotencyKey: 'key' };
    const made = [reservationOf(await api.reserve(customer, input))];
    for (const key of ['b', 'c']) {
      clock.advanceMs(1);
      made.push(reservationOf(await api.reserve(customer, { ...input, idempotencyKey: key })));
    }
    const [first] = made;
    if (first === undefined) throw new TypeError('There is a first one.');
    const lasted = Number(first.expireTime) - Number(first.createTime);
    const newestFirst = made.map(({ reservationId }) => reservationId).reverse();
    expect((await idsOf(customer, EXPIRED)).ids).toEqual([]);

    clock.advanceMs(TTL_SECONDS * 1_000);

    const seen = { ...first, status: EXPIRED, expiredTime: clock.now() };
    expect(lasted).toBe(TTL_SECONDS * 1_000);
    expect(reservationOf(await api.get(customer, first.reservationId))).toEqual(seen);
    expect(reservationOf(await api.reserve(customer, input))).toEqual(seen);
    expect((await idsOf(customer, PENDING)).ids).toEqual([]);
    const page = await idsOf(customer, EXPIRED);
    const rest = await idsOf(customer, EXPIRED, page.next);
    expect([...page.ids, ...rest.ids]).toEqual(newestFirst);
    const all = await api.list(customer, { pageSize: 10 });
    expect(all.reservations.map(({ status }) => status)).toEqual([EXPIRED, EXPIRED, EXPIRED]);
  });
});

describe('an id in upper case', () => {
  it('upper and lower case ids refer to the same customer, reservation and product', async () => {
    const customer = newId();
    const shout = customer.toUpperCase();
    const as = () => ({
      token: harness.auth.serviceToken('dev-service'),
      deadline: new Date(Date.now() + 20_000),
    });
    const reserve = (customerId: string, product: string) =>
      callUnary(
        api.client,
        'reserve',
        {
          customerId,
          lines: [{ productId: product, quantity: 1 }],
          idempotencyKey: 'key',
          requestId: '',
        },
        as(),
      );

    const first = reservationOf(await reserve(shout, productId.toUpperCase()));
    const again = await reserve(customer, productId);

    expect(first.customerId).toBe(customer);
    expect(again).toEqual({ reservation: first, replayed: true });
    const one = { customerId: shout, reservationId: first.reservationId.toUpperCase() };
    expect(reservationOf(await callUnary(api.client, 'getReservation', one, as()))).toEqual(first);
    const confirmed = await callUnary(api.client, 'confirmReservation', one, as());
    expect(reservationOf(confirmed).customerId).toBe(customer);
  });
});
