import { type ProcessStack, startProcessStack } from '../support/process-stack';
import { type Buyer, createShop, type Shop } from '../support/shop';
import { uniquePrefix } from '../support/stores';

// Enough products that each instance is the home of some.
const PRODUCTS = 12;
const UNITS = 100;
/**
 * An instance is given up after less than a second. The rest is for a machine with other work; the
 * deadline of a call is far longer.
 */
const MOVED_WITHIN_MS = 3_000;

let stack: ProcessStack;
let shop: Shop;
let buyer: Buyer;

beforeAll(async () => {
  stack = await startProcessStack({
    prefix: uniquePrefix(),
    scale: { catalog: 2, reservation: 2 },
  });
  shop = createShop(stack.urls[0], stack.env);
  buyer = await shop.newBuyer();
}, 180_000);

afterAll(async () => {
  await stack.stop();
}, 60_000);

const reserve = async (productId: string): Promise<{ status: number; ms: number }> => {
  const startedAt = performance.now();
  const { status } = await shop.reserve(buyer, productId);
  return { status, ms: performance.now() - startedAt };
};

describe('an instance that is frozen during a sale', () => {
  it.each(['catalog-1', 'catalog-2', 'reservation-1', 'reservation-2'])(
    'nobody waits for %s: requests under way are moved too, and it is back when it has thawed',
    async (label) => {
      const productIds = await Promise.all([...Array(PRODUCTS)].map(() => shop.newProduct(UNITS)));
      const sellAll = () => Promise.all(productIds.map(reserve));
      expect((await sellAll()).every(({ status }) => status === 201)).toBe(true);

      const pid = stack.pidOf(label);
      process.kill(pid, 'SIGSTOP');
      const thaw = () => process.kill(pid, 'SIGCONT');
      const sellTwice = async () => ({ moved: await sellAll(), later: await sellAll() });
      const { moved, later } = await sellTwice().finally(thaw);

      expect([...moved, ...later].filter(({ status }) => status !== 201)).toEqual([]);
      expect(moved.filter(({ ms }) => ms > MOVED_WITHIN_MS)).toEqual([]);
      expect((await sellAll()).every(({ status }) => status === 201)).toBe(true);
      await shop.expectCleanAudit();
    },
    60_000,
  );
});
