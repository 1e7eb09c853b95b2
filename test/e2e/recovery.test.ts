import { randomUUID } from 'node:crypto';
import { eventually } from '../support/eventually';
import { freePorts, type ProcessStack, startProcessStack } from '../support/process-stack';
import { type Buyer, createShop, reservationOf, type Shop } from '../support/shop';
import { uniquePrefix } from '../support/stores';
import { startTcpProxy, type TcpProxy } from '../support/tcp-proxy';

const TTL_SECONDS = 4;
const SWEEP_SECONDS = 3;
/** The expiry, one sweep interval, and the restart of a killed process on a busy machine. */
const RECOVERY_MS = (TTL_SECONDS + SWEEP_SECONDS + 25) * 1000;

let stack: ProcessStack;
let shop: Shop;
let buyer: Buyer;
/** A proxy between reservation and catalog. */
let beforeCatalog: TcpProxy;

beforeAll(async () => {
  const ports = await freePorts();
  beforeCatalog = await startTcpProxy({ port: ports.catalog });
  stack = await startProcessStack({
    prefix: uniquePrefix(),
    ttlSeconds: TTL_SECONDS,
    sweepSeconds: SWEEP_SECONDS,
    ports,
    rewireEnv: ({ component }) =>
      component === 'reservation' ? { CATALOG_ADDRESS: `ipv4:${beforeCatalog.address}` } : {},
  });
  shop = createShop(stack.urls[0], stack.env);
  buyer = await shop.newBuyer();
}, 120_000);

afterAll(async () => {
  await shop.expectCleanAudit(SWEEP_SECONDS * 1000 + 2_000);
  await stack.stop();
  await beforeCatalog.stop();
}, 60_000);

/** Reserves, even if a process is still recovering from the previous test. */
const reserveSurely = (productId: string, quantity: number) =>
  eventually(async () => {
    const response = await shop.reserve(buyer, productId, {
      quantity,
      key: `${productId}-${quantity}`,
    });
    expect([200, 201]).toContain(response.status);
    return reservationOf(response);
  }, RECOVERY_MS);

/**
 * Two of five units are taken, and the process that would write their reservation is killed before
 * it can.
 */
const killBetweenDecrementAndInsert = async () => {
  const productId = await shop.newProduct(5);
  await reserveSurely(productId, 1);
  beforeCatalog.setMode('hold-replies');
  const key = randomUUID();
  const lost = shop.reserve(buyer, productId, { quantity: 2, key });
  await shop.expectStock(productId, { available: 2, held: 3, sold: 0 });
  stack.kill('reservation');
  beforeCatalog.cut();
  beforeCatalog.setMode('pass');
  expect((await lost).status).toBeGreaterThanOrEqual(500);
  return { productId, key };
};

describe('a killed process', () => {
  it('no unit is lost when the worker is killed and restarted', async () => {
    const productId = await shop.newProduct(5);
    await reserveSurely(productId, 3);

    stack.kill('expiry-worker');

    await shop.expectStock(productId, { available: 5, held: 0, sold: 0 }, RECOVERY_MS);
  });

  it('no unit is lost when reservation is killed between decrement and insert', async () => {
    const { productId } = await killBetweenDecrementAndInsert();

    await shop.expectStock(productId, { available: 5, held: 0, sold: 0 }, RECOVERY_MS);
  });

  it('a retry with the same key continues after reservation was killed between decrement and insert', async () => {
    const { productId, key } = await killBetweenDecrementAndInsert();

    const again = await eventually(async () => {
      const response = await shop.reserve(buyer, productId, { quantity: 2, key });
      expect(response.status).toBeLessThan(500);
      return response;
    }, RECOVERY_MS);

    // In time, the retry continues with the first hold; too late, it is refused. It never takes
    // units twice.
    expect([200, 201, 409]).toContain(again.status);
    const { held } = await shop.stockOf(productId);
    expect(held).toBeLessThanOrEqual(3);
    await shop.expectStock(productId, { available: 5, held: 0, sold: 0 }, RECOVERY_MS);
  });

  it('no unit is lost when catalog is killed while buyers reserve', async () => {
    const productId = await shop.newProduct(30);
    const attempts = Array.from({ length: 60 }, () => shop.reserve(buyer, productId));
    stack.kill('catalog');
    const statuses = (await Promise.all(attempts)).map(({ status }) => status);

    expect(statuses.filter((status) => status === 201).length).toBeLessThanOrEqual(30);
    await shop.expectStock(productId, { available: 30, held: 0, sold: 0 }, RECOVERY_MS);
  });
});
