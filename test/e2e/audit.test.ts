import { isClean, renderReport, runAudit } from '@flashreserve/audit';
import { MongoClient } from 'mongodb';
import { type InProcessStack, startInProcessStack } from '../support/in-process-stack';
import { type Buyer, createShop, reservationOf, type Shop } from '../support/shop';
import { calmUriOf, uniquePrefix } from '../support/stores';

let stack: InProcessStack;
let shop: Shop;
let buyer: Buyer;
let client: MongoClient;

beforeAll(async () => {
  // These tests change holds themselves; none may be folded meanwhile.
  stack = await startInProcessStack({
    prefix: uniquePrefix(),
    env: { RETENTION_INTERVAL_SECONDS: '0' },
  });
  shop = createShop(stack.urls[0], stack.env);
  buyer = await shop.newBuyer();
  client = await new MongoClient(calmUriOf(stack.env['MONGO_URI'])).connect();
});

afterAll(async () => {
  await client.close();
  await stack.stop();
});

const database = (name: string) => client.db(`${stack.env['MONGO_DB_PREFIX']}_${name}`);
const audit = () =>
  runAudit({
    mongoUri: stack.env['MONGO_URI'] ?? '',
    dbPrefix: stack.env['MONGO_DB_PREFIX'] ?? '',
    overdueGraceMs: Number.POSITIVE_INFINITY,
  });

describe('the audit', () => {
  it('the audit is clean after a mixed sale and reports each planted difference', async () => {
    const productId = await shop.newProduct(10);
    const made = [];
    for (let index = 0; index < 3; index += 1)
      made.push(reservationOf(await shop.reserve(buyer, productId)));
    const [confirmed, cancelled, pending] = made.map(({ reservationId }) => reservationId);
    await shop.confirm(buyer, confirmed ?? '');
    await shop.cancel(buyer, cancelled ?? '');
    expect(isClean(await audit())).toBe(true);

    await database('catalog')
      .collection<{ _id: string }>('products')
      .updateOne({ _id: productId }, { $inc: { available: 1 } });
    await database('reservation')
      .collection<{ _id: string }>('reservations')
      .updateOne({ _id: pending ?? '' }, { $set: { status: 'CONFIRMED' } });
    await database('catalog')
      .collection<{ _id: string }>('holds')
      .updateOne({ _id: confirmed ?? '' }, { $set: { state: 'RELEASED' } });
    const report = await audit();

    expect(isClean(report)).toBe(false);
    const text = renderReport(report);
    expect(text).toContain('available + held + sold + writtenOff is 11, stocked is 10');
    expect(text).toContain('sold is 1, holds say 0');
    expect(text).toContain(
      `reservation ${confirmed}: the reservation is CONFIRMED and its hold is RELEASED`,
    );
  });

  it('is clean after old documents were folded and deleted, and names those that are too young for it', async () => {
    const productId = await shop.newProduct(10);
    const { reservationId } = reservationOf(await shop.reserve(buyer, productId));
    await shop.confirm(buyer, reservationId);
    const holds = database('catalog').collection<{ _id: string }>('holds');
    const findings = async () =>
      (await audit()).findings.filter((finding) => finding.reservationId === reservationId);
    await database('reservation')
      .collection<{ _id: string }>('reservations')
      .deleteOne({ _id: reservationId });
    expect(await findings()).toEqual([
      { reservationId, problem: 'the hold is SOLD and there is no reservation' },
    ]);

    const longAgo = new Date(Date.now() - 401 * 86_400_000);
    await holds.updateOne(
      { _id: reservationId },
      { $set: { createdAt: longAgo, settledAt: longAgo, foldedAt: longAgo } },
    );
    await database('catalog')
      .collection<{ _id: string }>('stock_ledger')
      .insertOne({ _id: `${productId}:2026-01-01`, productId, day: longAgo, sold: 1 } as {
        _id: string;
      });
    expect(await findings()).toEqual([]);
    await holds.deleteOne({ _id: reservationId });

    const report = await audit();
    const row = report.products.find((product) => product.productId === productId);
    expect(row?.problems).toEqual([]);
    expect(report.findings.filter((finding) => finding.reservationId === reservationId)).toEqual(
      [],
    );
  });
});
