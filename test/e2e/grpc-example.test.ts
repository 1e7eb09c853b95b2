import { randomUUID } from 'node:crypto';
import { ReservationStatus } from '@flashreserve/contracts/reservation';
import { createSeller, reasonOf } from '../../docs/examples/reserve-over-grpc';
import { type InProcessStack, startInProcessStack } from '../support/in-process-stack';
import { createShop, type Shop } from '../support/shop';
import { uniquePrefix } from '../support/stores';

// Goal: the documented example works unchanged.

let stack: InProcessStack;
let shop: Shop;
let seller: ReturnType<typeof createSeller>;

beforeAll(async () => {
  stack = await startInProcessStack({ prefix: uniquePrefix() });
  shop = createShop(stack.urls[0], stack.env);
  seller = createSeller({
    authAddress: stack.grpc.auth,
    reservationAddress: stack.grpc.reservation,
    clientId: 'dev-service',
    clientSecret: stack.env['DEV_SERVICE_CLIENT_SECRET'] ?? '',
  });
});

afterAll(async () => {
  seller.close();
  await shop.expectCleanAudit();
  await stack.stop();
});

const orderOf = (productId: string, customerId: string) => ({
  orderId: randomUUID(),
  customerId,
  productId,
  withinMs: 10_000,
});

describe('the example of a service that sells over gRPC', () => {
  it('the gRPC example sells a unit, and no second one when the order is retried', async () => {
    const { userId } = await shop.newBuyer();
    const productId = await shop.newProduct(2);
    const order = orderOf(productId, userId);

    const sold = await seller.sell(order);
    const again = await seller.sell(order);

    expect(sold).toMatchObject({
      customerId: userId,
      status: ReservationStatus.RESERVATION_STATUS_CONFIRMED,
    });
    expect(again).toEqual(sold);
    await shop.expectStock(productId, { available: 1, held: 0, sold: 1 });
  });

  it('the gRPC example recognizes OUT_OF_STOCK by its reason', async () => {
    const [first, second] = [await shop.newBuyer(), await shop.newBuyer()];
    const productId = await shop.newProduct(1);
    await seller.sell(orderOf(productId, first.userId));

    const refused: unknown = await seller
      .sell(orderOf(productId, second.userId))
      .catch((error: unknown) => error);

    expect(reasonOf(refused)).toBe('OUT_OF_STOCK');
    await shop.expectStock(productId, { available: 0, held: 0, sold: 1 });
  });
});
