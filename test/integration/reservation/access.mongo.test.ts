import { ReservationStatus } from '@flashreserve/contracts/reservation';
import { newId } from '@flashreserve/ops';
import { callUnary, createHealthProbe } from '@flashreserve/rpc';
import {
  type Harness,
  type ReservationApi,
  refusalOf,
  reservationOf,
  startHarness,
} from './harness';

let harness: Harness;
let port: number;
let api: ReservationApi;

beforeAll(async () => {
  harness = await startHarness();
  port = await harness.startInstance();
  api = harness.connect(port);
});
afterAll(() => harness.stop());

const within = (token?: string) => ({ token, deadline: new Date(Date.now() + 5_000) });
const fieldsOf = async (call: Promise<unknown>): Promise<string[]> => {
  const refusal = await refusalOf(call);
  expect(refusal).toMatchObject({ kind: 'invalid', reason: 'INVALID_REQUEST' });
  return refusal.fieldViolations.map(({ field }) => field);
};

describe('access', () => {
  it('every call without a token is refused', async () => {
    const empty = { customerId: '', reservationId: newId() };
    const list = {
      customerId: '',
      status: ReservationStatus.RESERVATION_STATUS_UNSPECIFIED,
      pageSize: 0,
      pageToken: '',
    };
    const reserve = { customerId: '', lines: [], idempotencyKey: '', requestId: '' };

    const refusals = await Promise.all([
      refusalOf(callUnary(api.client, 'reserve', reserve, within())),
      refusalOf(callUnary(api.client, 'confirmReservation', empty, within())),
      refusalOf(callUnary(api.client, 'cancelReservation', empty, within())),
      refusalOf(callUnary(api.client, 'getReservation', empty, within())),
      refusalOf(callUnary(api.client, 'listReservations', list, within())),
      refusalOf(callUnary(api.client, 'expireReservations', { reservationIds: [] }, within())),
    ]);

    for (const refusal of refusals) expect(refusal.kind).toBe('unauthenticated');
  });

  it('only a service may expire reservations, not even an administrator', async () => {
    const admin = harness.auth.userToken(newId(), 'ADMIN');
    const refusal = await refusalOf(
      callUnary(api.client, 'expireReservations', { reservationIds: [newId()] }, within(admin)),
    );
    expect(refusal).toMatchObject({ kind: 'forbidden', reason: 'SERVICE_REQUIRED' });
  });

  it('a user may name only itself as the customer', async () => {
    const productId = await harness.catalog.newProduct(1);
    const lines = [{ productId, quantity: 1 }];
    const me = newId();

    const refusal = await refusalOf(api.reserve(me, { lines, customerId: newId() }));
    const allowed = await api.reserve(me, { lines, customerId: me });

    expect(refusal).toMatchObject({ kind: 'forbidden', reason: 'PERMISSION_DENIED' });
    expect(reservationOf(allowed).customerId).toBe(me);
  });

  it('a service acts for the customer it names, and must name one', async () => {
    const token = harness.auth.serviceToken('order-service');
    const productId = await harness.catalog.newProduct(1);
    const customerId = newId();
    const request = { lines: [{ productId, quantity: 1 }], idempotencyKey: '', requestId: '' };

    const { reservation } = await callUnary(
      api.client,
      'reserve',
      { ...request, customerId },
      within(token),
    );
    const refusal = await refusalOf(
      callUnary(api.client, 'reserve', { ...request, customerId: '' }, within(token)),
    );

    expect(reservation?.customerId).toBe(customerId);
    expect((await api.list(customerId)).reservations).toEqual([reservation]);
    expect(refusal).toMatchObject({ kind: 'forbidden', reason: 'PERMISSION_DENIED' });
  });
});

describe('invalid requests', () => {
  it('every invalid field of Reserve is reported', async () => {
    const line = (productId: string, quantity: number) => ({ productId, quantity });
    const [one, other] = [newId(), newId()];
    const customerId = newId();

    expect(await fieldsOf(api.reserve(customerId, { lines: [] }))).toEqual(['lines']);
    expect(
      await fieldsOf(
        api.reserve(customerId, {
          lines: [line('not-an-id', 1), line(one, 0), line(one, -1), line(other, 101)],
          idempotencyKey: 'with blank',
        }),
      ),
    ).toEqual([
      'lines[0].product_id',
      'lines[1].quantity',
      'lines[2].quantity',
      'lines[3].quantity',
      'idempotency_key',
    ]);
    expect(
      await fieldsOf(
        api.reserve(customerId, { lines: [line(one, 60), line(other, 1), line(one, 41)] }),
      ),
    ).toEqual(['lines[2].quantity']);
    expect(
      await fieldsOf(
        api.reserve(customerId, { lines: Array.from({ length: 21 }, () => line(newId(), 1)) }),
      ),
    ).toEqual(['lines']);
    const version5 = '5b1f4a0e-7c39-5d0b-9a55-2f6f8d1c3e72';
    expect(
      await fieldsOf(api.reserve(customerId, { lines: [line(one, 1)], requestId: version5 })),
    ).toEqual(['request_id']);
  });

  it('an invalid id is reported', async () => {
    const customerId = newId();
    for (const call of [api.get, api.confirm, api.cancel]) {
      expect(await fieldsOf(call(customerId, '{"$ne":null}'))).toEqual(['reservation_id']);
    }
    expect(await fieldsOf(api.expire([newId(), 'x']))).toEqual(['reservation_ids[1]']);
    expect(await fieldsOf(api.expire([]))).toEqual(['reservation_ids']);
  });
});

describe('ListReservations', () => {
  it('every reservation is listed once, newest first, across pages, even with equal times', async () => {
    const productId = await harness.catalog.newProduct(100);
    const customerId = newId();
    const made = await Promise.all(
      Array.from({ length: 25 }, () =>
        api.reserve(customerId, { lines: [{ productId, quantity: 1 }] }),
      ),
    );
    await api.reserve(newId(), { lines: [{ productId, quantity: 1 }] });

    const pages = [await api.list(customerId)];
    for (let page = pages.at(-1); page?.nextPageToken; page = pages.at(-1)) {
      pages.push(await api.list(customerId, { pageToken: page.nextPageToken, pageSize: 3 }));
    }

    expect(pages.map(({ reservations }) => reservations.length)).toEqual([20, 3, 2]);
    const listed = pages.flatMap(({ reservations }) => reservations);
    expect(new Set(listed.map(({ reservationId }) => reservationId))).toEqual(
      new Set(made.map((response) => reservationOf(response).reservationId)),
    );
    const times = listed.map(({ createTime }) => Number(createTime));
    expect(times).toEqual([...times].sort((one, other) => other - one));
  });

  it('the list can be filtered by status', async () => {
    const productId = await harness.catalog.newProduct(3);
    const customerId = newId();
    const [kept] = await Promise.all(
      [1, 1, 1].map((quantity) => api.reserve(customerId, { lines: [{ productId, quantity }] })),
    );
    const { reservationId } = reservationOf(kept ?? {});
    await api.confirm(customerId, reservationId);

    const confirmed = await api.list(customerId, {
      status: ReservationStatus.RESERVATION_STATUS_CONFIRMED,
    });
    const cancelled = await api.list(customerId, {
      status: ReservationStatus.RESERVATION_STATUS_CANCELLED,
    });

    expect(confirmed.reservations.map((each) => each.reservationId)).toEqual([reservationId]);
    expect(cancelled.reservations).toEqual([]);
  });

  it('invalid page tokens and those of another filter or customer are refused', async () => {
    const productId = await harness.catalog.newProduct(2);
    const customerId = newId();
    for (const quantity of [1, 1]) {
      await api.reserve(customerId, { lines: [{ productId, quantity }] });
    }
    const { nextPageToken: pageToken } = await api.list(customerId, { pageSize: 1 });
    const status = ReservationStatus.RESERVATION_STATUS_PENDING;

    const refusals = await Promise.all([
      refusalOf(api.list(customerId, { pageToken, status })),
      refusalOf(api.list(newId(), { pageToken })),
      refusalOf(api.list(customerId, { pageToken: 'invented' })),
      refusalOf(api.list(customerId, { pageToken: Buffer.from('{"id":1}').toString('base64url') })),
    ]);

    for (const refusal of refusals) {
      expect(refusal).toMatchObject({ kind: 'invalid', reason: 'INVALID_PAGE_TOKEN' });
    }
  });

  it('a large page size is capped and a negative one refused', async () => {
    const customerId = newId();
    expect((await api.list(customerId, { pageSize: 5_000 })).reservations).toEqual([]);
    expect(await fieldsOf(api.list(customerId, { pageSize: -1 }))).toEqual(['page_size']);
  });
});

describe('health', () => {
  it('the service is serving while the store answers', async () => {
    const probe = createHealthProbe(`127.0.0.1:${port}`);
    expect(await probe.isServing(2_000)).toBe(true);
    probe.close();
  });
});
