import { ReservationStatus } from '@flashreserve/contracts/reservation';
import type { DomainError } from '@flashreserve/rpc';
import { parseExpire, parseList, parseOneReservation, parseReserve } from './reservation.schemas';

const one = '01933b5c-0000-7000-8000-00000000000a';
const other = '01933b5c-0000-7000-8000-00000000000b';
const version5 = '5b1f4a0e-7c39-5d0b-9a55-2f6f8d1c3e72';
const valid = {
  customerId: '',
  lines: [{ productId: one, quantity: 1 }],
  idempotencyKey: '',
  requestId: '',
};

/** Field and description of everything that was found wrong. */
const violationsOf = (parse: () => unknown): readonly [string, string][] => {
  try {
    parse();
  } catch (error) {
    return (error as DomainError).fieldViolations.map((each) => [each.field, each.description]);
  }
  return [];
};
const refused = (change: Partial<typeof valid>) =>
  violationsOf(() => parseReserve({ ...valid, ...change }));

describe('parseReserve', () => {
  it('sums lines of one product whatever the spelling of its id, and leaves unset fields out', () => {
    const lines = [
      { productId: one.toUpperCase(), quantity: 1 },
      { productId: other, quantity: 5 },
      { productId: one, quantity: 99 },
    ];
    expect(parseReserve({ ...valid, lines })).toEqual({
      customer_id: undefined,
      lines: [
        { productId: one, quantity: 100 },
        { productId: other, quantity: 5 },
      ],
      idempotency_key: undefined,
      request_id: undefined,
    });
  });

  it('names the line with which a sum grows too large', () => {
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
    'refuses a quantity of %d',
    (quantity) => {
      const [[field] = []] = refused({ lines: [{ productId: one, quantity }] });
      expect(field).toBe('lines[0].quantity');
    },
  );

  it('names every wrong field and says what it must be', () => {
    expect(
      refused({
        customerId: 'a:b',
        lines: [{ productId: '{"$ne":null}', quantity: 1 }],
        idempotencyKey: 'caf\u00e9',
      }),
    ).toEqual([
      ['customer_id', 'must be 1 to 128 letters, digits or "_", "-", ".", "@"'],
      ['lines[0].product_id', 'must be a UUID'],
      ['idempotency_key', 'must be 1 to 255 visible ASCII characters'],
    ]);
  });

  it('takes keys of 255 characters and no longer', () => {
    expect(refused({ idempotencyKey: 'k'.repeat(255) })).toEqual([]);
    expect(refused({ idempotencyKey: 'k'.repeat(256) })).toHaveLength(1);
  });

  it('takes only version 7 as a request id, and does not read it next to a key', () => {
    expect(parseReserve({ ...valid, requestId: one.toUpperCase() }).request_id).toBe(one);
    expect(refused({ requestId: version5 })).toEqual([['request_id', 'must be a UUID version 7']]);
    expect(refused({ requestId: version5, idempotencyKey: 'k' })).toEqual([]);
  });
});

describe('the other requests', () => {
  it('name a reservation id that is none', () => {
    const parse = () => parseOneReservation({ customerId: '', reservationId: '' });
    expect(violationsOf(parse)).toEqual([['reservation_id', 'must be a UUID']]);
  });

  it('give a page its default size and cut one that is too large', () => {
    const status = ReservationStatus.RESERVATION_STATUS_UNSPECIFIED;
    const sizeOf = (pageSize: number) =>
      parseList({ customerId: '', status, pageSize, pageToken: '' }).page_size;
    expect([sizeOf(0), sizeOf(7), sizeOf(101)]).toEqual([20, 7, 100]);
  });

  it('refuse a status of a newer contract', () => {
    const status = ReservationStatus.UNRECOGNIZED;
    const parse = () => parseList({ customerId: '', status, pageSize: 0, pageToken: '' });
    expect(violationsOf(parse)).toEqual([['status', 'is not a known status']]);
  });

  it('count a repeated id once, also against the limit', () => {
    const reservationIds = Array.from({ length: 600 }, (_, index) =>
      index % 2 === 0 ? one : other,
    );
    expect(parseExpire({ reservationIds }).reservation_ids).toEqual([one, other]);
  });
});
