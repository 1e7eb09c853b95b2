import { ReservationStatus } from '@flashreserve/contracts/reservation';
import { type DomainError, parseMessage } from '@flashreserve/rpc';
import {
  expireReservationsRequest,
  listReservationsRequest,
  oneReservationRequest,
  reserveRequest,
} from './reservation.schemas';

const one = '01933b5c-0000-7000-8000-00000000000a';
const other = '01933b5c-0000-7000-8000-00000000000b';
const version5 = '5b1f4a0e-7c39-5d0b-9a55-2f6f8d1c3e72';
const valid = {
  customerId: '',
  lines: [{ productId: one, quantity: 1 }],
  idempotencyKey: '',
  requestId: '',
};

/** Field and description of every violation. */
const violationsOf = (parse: () => unknown): readonly [string, string][] => {
  try {
    parse();
  } catch (error) {
    return (error as DomainError).fieldViolations.map((each) => [each.field, each.description]);
  }
  return [];
};
const refused = (change: Partial<typeof valid>) =>
  violationsOf(() => parseMessage(reserveRequest, { ...valid, ...change }));

describe('a Reserve request', () => {
  it('lines of one product are merged regardless of the case of its id, and unset fields are undefined', () => {
    const lines = [
      { productId: one.toUpperCase(), quantity: 1 },
      { productId: other, quantity: 5 },
      { productId: one, quantity: 99 },
    ];
    expect(parseMessage(reserveRequest, { ...valid, lines })).toEqual({
      customerId: undefined,
      lines: [
        { productId: one, quantity: 100 },
        { productId: other, quantity: 5 },
      ],
      idempotencyKey: undefined,
      requestId: undefined,
    });
  });

  it('a violation names the line at which the sum exceeds the limit', () => {
    const lines = [
      { productId: one, quantity: 60 },
      { productId: other, quantity: 1 },
      { productId: one, quantity: 41 },
    ];
    expect(refused({ lines })).toEqual([
      ['lines[2].quantity', 'adds up to 101 for this product; must be 1 to 100'],
    ]);
  });

  it.each([0, -1, 101, 1.5, 2 ** 32 + 1, -(2 ** 31), Number.NaN])(
    'a quantity of %d is refused',
    (quantity) => {
      const [[field] = []] = refused({ lines: [{ productId: one, quantity }] });
      expect(field).toBe('lines[0].quantity');
    },
  );

  it('every invalid field is reported with its constraint', () => {
    expect(
      refused({
        customerId: 'a b',
        lines: [{ productId: '{"$ne":null}', quantity: 1 }],
        idempotencyKey: 'caf\u00e9',
      }),
    ).toEqual([
      ['customer_id', 'must be 1 to 128 letters, digits or "_", "-", ".", "@", ":", "|"'],
      ['lines[0].product_id', 'must be a UUID'],
      ['idempotency_key', 'must be 1 to 255 visible ASCII characters'],
    ]);
  });

  it('keys may have at most 255 characters', () => {
    expect(refused({ idempotencyKey: 'k'.repeat(255) })).toEqual([]);
    expect(refused({ idempotencyKey: 'k'.repeat(256) })).toHaveLength(1);
  });

  it('a request id must be a UUID version 7, and is ignored if there is a key', () => {
    const request = { ...valid, requestId: one.toUpperCase() };
    expect(parseMessage(reserveRequest, request).requestId).toBe(one);
    expect(refused({ requestId: version5 })).toEqual([['request_id', 'must be a UUID version 7']]);
    expect(refused({ requestId: version5, idempotencyKey: 'k' })).toEqual([]);
  });
});

describe('the other requests', () => {
  it('an invalid reservation id is reported', () => {
    const parse = () => parseMessage(oneReservationRequest, { customerId: '', reservationId: '' });
    expect(violationsOf(parse)).toEqual([['reservation_id', 'must be a UUID']]);
  });

  it('the page size has a default and is capped', () => {
    const status = ReservationStatus.RESERVATION_STATUS_UNSPECIFIED;
    const sizeOf = (pageSize: number) =>
      parseMessage(listReservationsRequest, { customerId: '', status, pageSize, pageToken: '' })
        .pageSize;
    expect([sizeOf(0), sizeOf(7), sizeOf(101)]).toEqual([20, 7, 100]);
  });

  it('a status of a newer contract is refused', () => {
    const status = ReservationStatus.UNRECOGNIZED;
    const request = { customerId: '', status, pageSize: 0, pageToken: '' };
    const parse = () => parseMessage(listReservationsRequest, request);
    expect(violationsOf(parse)).toEqual([['status', 'is not a known status']]);
  });

  it('duplicate ids count once, also towards the limit', () => {
    const reservationIds = Array.from({ length: 600 }, (_, index) =>
      index % 2 === 0 ? one : other,
    );
    const parsed = parseMessage(expireReservationsRequest, { reservationIds });
    expect(parsed.reservationIds).toEqual([one, other]);
  });
});
