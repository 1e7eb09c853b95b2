import { ReservationStatus } from '@flashreserve/contracts/reservation';
import { type Answer, type Sending, send } from './http-client';
import { startTestGateway, type TestServices, USER_ID } from './start-test-gateway';

export const PRODUCT_ID = '0198a1b3-0000-7000-8000-000000000001';
export const RESERVATION_ID = '0198a1b4-1111-7111-8111-111111111111';
export const TIME = new Date('2026-11-22T12:00:00.000Z');

/** A product as returned by catalog. */
export const PRODUCT = {
  productId: PRODUCT_ID,
  name: 'Shoe',
  description: '',
  price: { minorUnits: 1999, currencyCode: 'USD' },
  availableUnits: 10,
  heldUnits: 1,
  soldUnits: 2,
  writtenOffUnits: 0,
  createTime: TIME,
  updateTime: TIME,
  revision: 1,
};

/** A reservation as returned by reservation. */
export const RESERVATION = {
  reservationId: RESERVATION_ID,
  customerId: USER_ID,
  status: ReservationStatus.RESERVATION_STATUS_PENDING,
  lines: [{ productId: PRODUCT_ID, quantity: 1 }],
  expireTime: TIME,
  createTime: TIME,
  returns: [],
};

/** A valid body of `POST /products`. */
export const NEW_PRODUCT = { name: 'Shoe', price: 19.99, stockQuantity: 10 };

/** Sends one request to a gateway with the given services. */
export const ask = async (
  target: string,
  sending: Sending = {},
  services: TestServices = {},
): Promise<Answer> => {
  const gateway = await startTestGateway(services);
  try {
    return await send(gateway.port, target, sending);
  } finally {
    await gateway.stop();
  }
};

/** The pointers of a problem's field errors. */
export const pointersOf = ({ json }: Answer): unknown =>
  (json['errors'] as readonly { readonly pointer: string }[]).map(({ pointer }) => pointer);
