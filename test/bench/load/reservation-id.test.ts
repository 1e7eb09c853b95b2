import { readReservationId } from './reservation-id';

describe('the id of a reservation', () => {
  it.each([
    [{ reservationId: 'r-1', status: 'PENDING' }],
    [{ status: 'PENDING', items: [{ productId: 'p', quantity: 1 }], reservationId: 'r-1' }],
  ])('the id is found wherever it is in %j', (body) => {
    expect(readReservationId(JSON.stringify(body))).toBe('r-1');
  });

  it.each(['', '{"productId":"p"}', '{"reservationId":"cut off'])(
    'a response without an id is rejected: %s',
    (body) => {
      expect(() => readReservationId(body)).toThrow('names no reservation');
    },
  );
});
