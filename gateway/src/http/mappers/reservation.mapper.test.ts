import { ReservationStatus } from '@flashreserve/contracts/reservation';
import { reservation as schema } from '../schemas/reservation.schemas';
import { toReservation, toStatus } from './reservation.mapper';

const ID = '0198a1b4-1111-7111-8111-111111111111';
const USER = { kind: 'user' } as const;
const TIME = new Date('2026-11-22T12:00:00.000Z');
const LINE = { productId: '0198a1b3-0000-7000-8000-000000000001', quantity: 2 };

const reservation = {
  reservationId: ID,
  customerId: 'somebody',
  status: ReservationStatus.RESERVATION_STATUS_CONFIRMED,
  lines: [LINE],
  expireTime: TIME,
  createTime: TIME,
  confirmTime: TIME,
  returns: [],
};

describe('a reservation in REST', () => {
  it('a reservation with one line has product and quantity besides its items', () => {
    expect(toReservation(reservation, USER)).toEqual({
      reservationId: ID,
      status: 'CONFIRMED',
      items: [LINE],
      ...LINE,
      expiresAt: TIME.toISOString(),
      createdAt: TIME.toISOString(),
      confirmedAt: TIME.toISOString(),
    });
  });

  it('a reservation with several lines has only items', () => {
    const second = { ...LINE, productId: '0198a1b3-0000-7000-8000-000000000002' };
    const mapped = toReservation({ ...reservation, lines: [LINE, second] }, USER);
    expect(mapped).not.toHaveProperty('productId');
    expect(mapped).not.toHaveProperty('quantity');
    expect(mapped.items).toHaveLength(2);
  });

  it('a returned reservation says of each item and each return what came back', () => {
    const returned = toReservation(
      {
        ...reservation,
        status: ReservationStatus.RESERVATION_STATUS_RETURNED,
        lines: [{ ...LINE, returnedUnits: 2 }],
        returnedTime: TIME,
        returns: [
          { returnId: ID, lines: [LINE], writeOff: true, reason: 'Broken', createTime: TIME },
        ],
      },
      USER,
    );
    expect(returned).toMatchObject({
      status: 'RETURNED',
      items: [{ ...LINE, returnedQuantity: 2 }],
      returnedAt: TIME.toISOString(),
      returns: [
        {
          returnId: ID,
          items: [LINE],
          restock: false,
          reason: 'Broken',
          createdAt: TIME.toISOString(),
        },
      ],
    });
    expect(schema.strict().safeParse(returned).success).toBe(true);
  });

  it('only responses to API clients contain the customer', () => {
    expect(toReservation(reservation, { kind: 'client' }).customerId).toBe('somebody');
  });

  it('a reservation of a user never contains the customer, and matches its documented schema', () => {
    expect(schema.strict().safeParse(toReservation(reservation, USER)).success).toBe(true);
  });

  it.each(['PENDING', 'CONFIRMED', 'CANCELLED', 'EXPIRED', 'RETURNED'] as const)(
    'the state %s is mapped in both directions',
    (status) => {
      expect(toReservation({ ...reservation, status: toStatus(status) }, USER).status).toBe(status);
    },
  );

  it('a reservation in an unknown state is an unexpected error', () => {
    const status = ReservationStatus.UNRECOGNIZED;
    expect(() => toReservation({ ...reservation, status }, USER)).toThrow('lacks its status');
  });
});
