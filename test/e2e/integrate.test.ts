import { randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import { eventually } from '../support/eventually';
import {
  type ExampleShop,
  installedLanguages,
  type Language,
  payableOf,
  runShell,
  startExampleShop,
} from '../support/example-shop';
import { type InProcessStack, startInProcessStack } from '../support/in-process-stack';
import { type LossyProxy, startLossyProxy } from '../support/lossy-proxy';
import { createShop, reservationOf, type Shop } from '../support/shop';
import { uniquePrefix } from '../support/stores';
import { ADMIN_EMAIL } from '../support/test-secrets';

// Goal: the shops of docs/integrate.md work unchanged, however payments arrive.

const SCOPES = ['reservations:read', 'reservations:write', 'reservations:confirm'];
const SETTLED_MS = 10_000;
const ON_SALE = { available: 1, held: 0, sold: 0 };

interface World {
  readonly stack: InProcessStack;
  readonly flashReserve: Shop;
  readonly proxy: LossyProxy;
  readonly apiKey: string;
}

const startWorld = async (ttlSeconds: number): Promise<World> => {
  const stack = await startInProcessStack({
    prefix: uniquePrefix(),
    ttlSeconds,
    sweepSeconds: 1,
    env: { CONFIRM_BY: 'backend' },
  });
  const flashReserve = createShop(stack.urls[0], stack.env);
  const created = await flashReserve.rest('POST', '/api-clients', {
    token: await flashReserve.adminToken(),
    body: { name: 'Shop', scopes: SCOPES },
  });
  const { apiKey } = z.object({ apiKey: z.string() }).parse(created.body);
  return { stack, flashReserve, proxy: await startLossyProxy(stack.urls[0]), apiKey };
};

const stopWorld = async ({ stack, flashReserve, proxy }: World): Promise<void> => {
  await flashReserve.expectCleanAudit();
  await proxy.stop();
  await stack.stop();
};

/** Holds last. */
let patient: World;
/** Holds last for a second. */
let hasty: World;

beforeAll(async () => {
  patient = await startWorld(600);
  hasty = await startWorld(1);
}, 60_000);

afterAll(async () => {
  await stopWorld(patient);
  await stopWorld(hasty);
}, 60_000);

const orderOf = (productId: string, quantity = 1) => ({
  orderId: randomUUID(),
  customerId: `shop|${randomUUID()}`,
  productId,
  quantity,
});

const read = async ({ flashReserve, apiKey }: World, reservationId: string) =>
  reservationOf(
    await flashReserve.rest('GET', `/reservations/${reservationId}`, { token: apiKey }),
  );
/** The only reservation of the customer that is paid for. */
const soldTo = async ({ flashReserve, apiKey }: World, customerId: string): Promise<string> => {
  const path = `/reservations?status=CONFIRMED&customerId=${encodeURIComponent(customerId)}`;
  const { body } = await flashReserve.rest('GET', path, { token: apiKey });
  const item = z.object({ reservationId: z.string() });
  const { items } = z.object({ items: z.tuple([item]) }).parse(body);
  return items[0].reservationId;
};
const expectStatus = (world: World, reservationId: string, status: string) =>
  eventually(
    async () => expect(await read(world, reservationId)).toMatchObject({ status }),
    SETTLED_MS,
  );
const expectPayment = (shop: ExampleShop, reference: string, status: string) =>
  eventually(async () => {
    const payments = (await shop.provider.payments()).filter((one) => one.reference === reference);
    expect(payments).toMatchObject([{ status }]);
  }, SETTLED_MS);

describe('the start of the guide', () => {
  it('makes a product and a key with its own commands', async () => {
    const guide = await readFile(resolve(__dirname, '../../docs/integrate.md'), 'utf8');
    const [, commands = ''] = /^<!-- test: start -->\n\n```sh\n(.*?)^```$/ms.exec(guide) ?? [];
    const folder = await mkdtemp(join(tmpdir(), 'flashreserve-guide-'));
    try {
      await mkdir(join(folder, '.data'));
      const secrets = { ADMIN_PASSWORD: patient.stack.env['ADMIN_PASSWORD'] };
      await writeFile(join(folder, '.data/secrets.json'), JSON.stringify(secrets));
      const script = commands.replace('admin@flashreserve.example', ADMIN_EMAIL);
      const env = { FLASHRESERVE_URL: patient.stack.urls[0] };
      const { stdout } = await runShell(['-euc', script], { cwd: folder, env });
      const [productId = '', apiKey = ''] = stdout.trim().split(' ');
      await patient.flashReserve.expectStock(productId, { available: 2, held: 0, sold: 0 });
      expect(
        await patient.flashReserve.rest('GET', '/reservations?customerId=ada', { token: apiKey }),
      ).toMatchObject({ status: 200, body: { items: [] } });
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});

describe.each(installedLanguages())('the shop of the guide in %s', (language: Language) => {
  let shop: ExampleShop;
  let hastyShop: ExampleShop;

  beforeAll(async () => {
    const start = ({ proxy, apiKey }: World) =>
      startExampleShop(language, { url: proxy.url, apiKey });
    [shop, hastyShop] = await Promise.all([start(patient), start(hasty)]);
  });

  afterAll(async () => {
    await Promise.all([shop.stop(), hastyShop.stop()]);
  });

  it('sells once to a buyer whose payment arrives twice', async () => {
    const productId = await patient.flashReserve.newProduct(3);
    const order = orderOf(productId, 2);
    const { reservationId, payUrl } = payableOf(await shop.checkout(order));
    await Promise.all([shop.provider.pay(payUrl), shop.provider.pay(payUrl)]);

    await expectStatus(patient, reservationId, 'CONFIRMED');
    await patient.flashReserve.expectStock(productId, { available: 1, held: 0, sold: 2 });
    const [payment] = (await shop.provider.payments()).filter(
      ({ reference }) => reference === reservationId,
    );
    expect(payment).toMatchObject({ status: 'paid', amount: 39.98, currency: 'USD' });
    const again = await shop.webhook(payment?.id ?? '');
    expect(again).toMatchObject({ status: 200, body: { outcome: 'sold' } });
    const found = await patient.flashReserve.rest(
      'GET',
      `/reservations?externalReference=${order.orderId}`,
      { token: patient.apiKey },
    );
    expect(found.body).toMatchObject({ items: [{ reservationId, customerId: order.customerId }] });
  });

  it('repeats an order whose answer was lost, and gets the same reservation', async () => {
    const productId = await patient.flashReserve.newProduct(3);
    const order = orderOf(productId);
    patient.proxy.lose(1);
    const first = payableOf(await shop.checkout(order));
    const again = payableOf(await shop.checkout(order));

    expect(again).toEqual(first);
    await patient.flashReserve.expectStock(productId, { available: 2, held: 1, sold: 0 });
  });

  it('says what is the matter when the last unit is gone', async () => {
    const productId = await patient.flashReserve.newProduct(1);
    await shop.checkout(orderOf(productId));

    expect(await shop.checkout(orderOf(productId))).toMatchObject({
      status: 409,
      body: { message: expect.stringMatching(/^Sold out for now/) },
    });
    expect(await shop.checkout(orderOf(randomUUID()))).toMatchObject({
      status: 409,
      body: { message: 'This is not on sale.' },
    });
  });

  it('gives units back when the buyer gives up, and refunds a payment after that', async () => {
    const productId = await patient.flashReserve.newProduct(1);
    const order = orderOf(productId);
    const { reservationId, payUrl } = payableOf(await shop.checkout(order));

    expect(await shop.giveUp(reservationId)).toMatchObject({ body: { outcome: 'CANCELLED' } });
    await patient.flashReserve.expectStock(productId, { available: 1, held: 0, sold: 0 });
    await shop.provider.pay(payUrl);
    await expectPayment(shop, reservationId, 'refunded');
    expect(await shop.checkout(order)).toMatchObject({
      status: 409,
      body: { message: 'This order is CANCELLED.' },
    });
  });

  it('does not give back what is paid', async () => {
    const productId = await patient.flashReserve.newProduct(1);
    const { reservationId, payUrl } = payableOf(await shop.checkout(orderOf(productId)));
    await shop.provider.pay(payUrl);
    await expectStatus(patient, reservationId, 'CONFIRMED');

    expect(await shop.giveUp(reservationId)).toMatchObject({
      body: { outcome: 'RESERVATION_CONFIRMED' },
    });
    await patient.flashReserve.expectStock(productId, { available: 0, held: 0, sold: 1 });
  });

  it('takes back what a customer sends back, sells it again, and refunds it once', async () => {
    const productId = await patient.flashReserve.newProduct(2);
    const { reservationId, payUrl } = payableOf(await shop.checkout(orderOf(productId, 2)));
    expect(await shop.sendBack(reservationId, 'Too early')).toMatchObject({
      body: { outcome: 'RESERVATION_PENDING' },
    });
    await shop.provider.pay(payUrl);
    await expectStatus(patient, reservationId, 'CONFIRMED');

    patient.proxy.lose(1);
    const back = await shop.sendBack(reservationId, 'Cannot come');
    const again = await shop.sendBack(reservationId, 'Cannot come');

    expect([back.body, again.body]).toEqual([{ outcome: 'RETURNED' }, { outcome: 'RETURNED' }]);
    await expectPayment(shop, reservationId, 'refunded');
    await patient.flashReserve.expectStock(productId, { available: 2, held: 0, sold: 0 });
    expect(await shop.checkout(orderOf(productId, 2))).toMatchObject({ status: 200 });
  });

  it('loses nothing to buyers who do not pay, and sells to one who pays late what is left', async () => {
    const productId = await hasty.flashReserve.newProduct(1);
    const hold = async () => {
      const order = orderOf(productId);
      const held = payableOf(await hastyShop.checkout(order));
      await expectStatus(hasty, held.reservationId, 'EXPIRED');
      await hasty.flashReserve.expectStock(productId, ON_SALE, SETTLED_MS);
      return { ...held, customerId: order.customerId };
    };
    const [first, second] = [await hold(), await hold()];

    await hastyShop.provider.pay(first.payUrl);
    await hasty.flashReserve.expectStock(productId, { available: 0, held: 0, sold: 1 }, SETTLED_MS);
    await hastyShop.provider.pay(second.payUrl);

    await expectPayment(hastyShop, second.reservationId, 'refunded');
    await expectPayment(hastyShop, first.reservationId, 'paid');
    await expectStatus(hasty, first.reservationId, 'EXPIRED');

    // The one that replaces the first has its payment, so that it can be refunded.
    const sold = await soldTo(hasty, first.customerId);
    expect(await hastyShop.sendBack(sold, 'Too late')).toMatchObject({ status: 200 });
    await expectPayment(hastyShop, first.reservationId, 'refunded');
    await hasty.flashReserve.expectStock(productId, ON_SALE, SETTLED_MS);
  });
});
