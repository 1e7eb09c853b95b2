import { ReservationStatus, type ReserveRequest } from '@flashreserve/contracts/reservation';
import { newId } from '@flashreserve/ops';
import { callPatiently } from '../../support/patient-calls';
import {
  type Harness,
  type ReservationApi,
  refusalOf,
  reservationOf,
  startHarness,
} from './harness';

// Goal: a reservation carries the shop's own words, and the shop finds it by its reference.

let harness: Harness;
let api: ReservationApi;

beforeAll(async () => {
  harness = await startHarness();
  api = await harness.start();
});
afterAll(() => harness.stop());

const newOrder = async (externalReference?: string) => ({
  lines: [{ productId: await harness.catalog.newProduct(10), quantity: 1 }],
  metadata: { entries: { seat: 'B7', $gt: '', 'a.b': 'c' } },
  ...(externalReference !== undefined && { externalReference }),
});

const find = (
  token: string,
  externalReference: string,
  page: {
    readonly customerId?: string;
    readonly pageSize?: number;
    readonly pageToken?: string;
  } = {},
) =>
  callPatiently(
    api.client,
    'listReservations',
    {
      customerId: '',
      status: ReservationStatus.RESERVATION_STATUS_UNSPECIFIED,
      pageSize: 0,
      pageToken: '',
      externalReference,
      ...page,
    },
    { token, deadline: new Date(Date.now() + 20_000) },
  );

describe('Metadata and the external reference', () => {
  it('both are stored and returned by every call', async () => {
    const order = await newOrder('order 1');
    const customerId = newId();
    const made = reservationOf(await api.reserve(customerId, order));
    const { metadata, externalReference } = order;

    expect(made).toMatchObject({ metadata, externalReference });
    expect(reservationOf(await api.get(customerId, made.reservationId))).toEqual(made);
    expect(reservationOf(await api.confirm(customerId, made.reservationId))).toMatchObject({
      metadata,
      externalReference,
    });
  });

  it.each<[string, Partial<ReserveRequest>]>([
    ['other metadata', { metadata: { entries: { seat: 'B8' } } }],
    ['no metadata', { metadata: undefined }],
    ['another reference', { externalReference: 'order 3' }],
    ['no reference', { externalReference: undefined }],
  ])('a key that is used again with %s is refused', async (_what, difference) => {
    const order = { ...(await newOrder('order 2')), idempotencyKey: 'checkout' };
    const customerId = newId();
    const first = await api.reserve(customerId, order);
    const { entries } = order.metadata;
    const reordered = Object.fromEntries(Object.entries(entries).toReversed());

    expect(await api.reserve(customerId, { ...order, metadata: { entries: reordered } })).toEqual({
      ...first,
      replayed: true,
    });
    expect(await refusalOf(api.reserve(customerId, { ...order, ...difference }))).toMatchObject({
      reason: 'IDEMPOTENCY_KEY_REUSED',
    });
  });

  it('a backend finds the reservations of any customer by the reference, page by page', async () => {
    const reference = `order ${newId()}`;
    const order = await newOrder(reference);
    const customers = [newId(), newId(), newId()];
    const ids: string[] = [];
    for (const customerId of customers) {
      ids.unshift(reservationOf(await api.reserve(customerId, order)).reservationId);
    }
    await api.reserve(newId(), await newOrder('another order'));
    const token = harness.auth.serviceToken('gateway');

    const first = await find(token, reference, { pageSize: 2 });
    const second = await find(token, reference, { pageSize: 2, pageToken: first.nextPageToken });

    const found = [...first.reservations, ...second.reservations];
    expect(found.map(({ reservationId }) => reservationId)).toEqual(ids);
    expect(second.nextPageToken).toBe('');
    const [customerId = ''] = customers;
    expect((await find(token, reference, { customerId })).reservations).toHaveLength(1);
    expect(
      await refusalOf(find(token, 'another order', { pageToken: first.nextPageToken })),
    ).toMatchObject({ reason: 'INVALID_PAGE_TOKEN' });
  });

  it('a user cannot search by a reference', async () => {
    const token = harness.auth.userToken(newId());
    expect(await refusalOf(find(token, 'order'))).toMatchObject({
      reason: 'INVALID_REQUEST',
      fieldViolations: [{ field: 'external_reference' }],
    });
  });
});
