import { eventually } from '../support/eventually';
import { type InProcessStack, startInProcessStack } from '../support/in-process-stack';
import { type Buyer, createShop, reservationOf, type Shop } from '../support/shop';
import { openStockStream, type StockStream } from '../support/stock-stream';
import { uniquePrefix } from '../support/stores';

// Goal: streams show the correct stock, through any gateway and catalog. Method: two instances of
// every component on real stores; sales go through both gateways while streams of both are read.

const STREAMS_PER_ADDRESS = 12;
const ADJUSTED = 5;

let stack: InProcessStack;
let shops: readonly [Shop, Shop];
let buyers: readonly Buyer[];
let urls: readonly [string, string];
let opened: StockStream[] = [];

beforeAll(async () => {
  stack = await startInProcessStack({
    prefix: uniquePrefix(),
    instances: 2,
    env: { STREAMS_PER_ADDRESS: String(STREAMS_PER_ADDRESS) },
  });
  urls = [stack.urls[0], stack.urls[1] ?? ''];
  shops = [createShop(urls[0], stack.env), createShop(urls[1], stack.env)];
  buyers = await shops[0].newBuyers(10);
}, 120_000);

afterEach(async () => {
  const ended = opened.map(({ ended: end }) => end);
  for (const stream of opened) stream.close();
  opened = [];
  await Promise.all(ended);
});

afterAll(() => stack.stop());

const open = async (...request: Parameters<typeof openStockStream>): Promise<StockStream> => {
  const stream = await openStockStream(...request);
  opened.push(stream);
  return stream;
};

/** Sells through both gateways alternately, a few at a time. */
const sell = async (productId: string, count: number): Promise<readonly string[]> => {
  const made: string[] = [];
  while (made.length < count) {
    const wave = Array.from({ length: Math.min(buyers.length, count - made.length) });
    const answers = await Promise.all(
      wave.map((_, index) => {
        const buyer = buyers[index % buyers.length] as Buyer;
        return shops[index % 2 === 0 ? 0 : 1].reserve(buyer, productId);
      }),
    );
    made.push(...answers.map((answer) => reservationOf(answer).reservationId));
  }
  return made;
};

describe('a stock stream', () => {
  it('streams of all gateways show the sales of each, always add up, and end at the current stock', async () => {
    const productId = await shops[0].newProduct(100);
    const streams = [await open(urls[0], [productId]), await open(urls[1], [productId])];

    const [first = ''] = await sell(productId, 60);
    await shops[1].confirm(buyers[0] as Buyer, first);

    for (const stream of streams) {
      await stream.untilLast({ stockQuantity: 40, heldQuantity: 59, soldQuantity: 1 });
      const units = stream.received.map(({ stockQuantity }) => stockQuantity);
      expect(units).toEqual(units.toSorted((a, b) => b - a));
      for (const { stockQuantity, heldQuantity, soldQuantity } of stream.received) {
        expect(stockQuantity + heldQuantity + soldQuantity).toBe(100);
      }
    }
  });

  it('a stream sends at most ten events per second and product during a rush', async () => {
    const productId = await shops[0].newProduct(1_000);
    const stream = await open(urls[0], [productId]);
    const begunAt = performance.now();
    while (performance.now() - begunAt < 2_000) await sell(productId, 20);
    const rush = stream.received.filter(({ receivedAt }) => receivedAt > begunAt);
    const seconds = (performance.now() - begunAt) / 1_000;

    expect(rush.length).toBeGreaterThan(seconds);
    // The first event may be sent immediately.
    expect(rush.length).toBeLessThanOrEqual(seconds * 10 + 1);
  });

  it('a stream resumed at another gateway starts with the current stock, whatever the Last-Event-ID is', async () => {
    const productId = await shops[0].newProduct(10);
    const before = await open(urls[0], [productId]);
    await before.untilLast({ stockQuantity: 10 });
    before.close();
    await before.ended;
    await sell(productId, 3);

    for (const id of [before.received[0]?.id ?? '', 'garbage', 'x'.repeat(4_000)]) {
      const resumed = await open(urls[1], [productId], { 'last-event-id': id });
      await resumed.untilLast({ productId, stockQuantity: 7, heldQuantity: 3 });
    }
  });

  it('a stream without ids follows the newest products, including later ones and added stock', async () => {
    const stream = await open(urls[0], []);
    const productId = await shops[1].newProduct(1);
    await stream.untilLast({ productId, stockQuantity: 1 }, 15_000);

    const { status } = await shops[1].rest('POST', `/products/${productId}/stock-adjustments`, {
      token: await shops[1].adminToken(),
      body: { delta: ADJUSTED, reason: 'Found some more' },
    });

    expect(status).toBe(201);
    await stream.untilLast({ productId, stockQuantity: 1 + ADJUSTED });
  });

  it('the headers of a stream prevent caching and proxy buffering', async () => {
    const stream = await open(urls[0], [await shops[0].newProduct(1)]);
    expect(stream.headers).toMatchObject({
      'content-type': 'text/event-stream',
      'cache-control': 'no-store',
      'x-accel-buffering': 'no',
    });
  });

  it('a stream with an invalid or unknown product id is refused, and the error names it', async () => {
    const wrong = await shops[0].rest('GET', '/products/stream?productIds=a');
    expect([wrong.status, wrong.body]).toEqual([
      400,
      expect.objectContaining({
        reason: 'INVALID_REQUEST',
        errors: [
          expect.objectContaining({ pointer: expect.stringMatching(/^\/query\/productIds/) }),
        ],
      }),
    ]);
    const missing = '0198a1b3-0000-7000-8000-000000000001';
    const unknown = await shops[0].rest('GET', `/products/stream?productIds=${missing}`);
    expect([unknown.status, unknown.body]).toEqual([
      404,
      expect.objectContaining({ reason: 'PRODUCT_NOT_FOUND', productId: missing }),
    ]);
  });

  it('an address at its limit of streams gets STREAMS_LIMITED until one of its streams ends', async () => {
    const productId = await shops[0].newProduct(1);
    for (let count = 0; count < STREAMS_PER_ADDRESS; count += 1) await open(urls[0], [productId]);

    const refused = await shops[0].rest('GET', `/products/stream?productIds=${productId}`);
    expect([refused.status, refused.headers.get('retry-after'), refused.body]).toEqual([
      429,
      expect.stringMatching(/^\d+$/),
      expect.objectContaining({ reason: 'STREAMS_LIMITED' }),
    ]);

    const [one] = opened;
    one?.close();
    await one?.ended;
    // The gateway notices the disconnect shortly after.
    await eventually(async () => {
      expect((await open(urls[0], [productId])).status).toBe(200);
    }, 5_000);
  });

  // Must be last, because it stops the stack.
  it('a stream ends at once when its gateway stops', async () => {
    const productId = await shops[0].newProduct(1);
    const stream = await open(urls[0], [productId]);
    await stream.untilLast({ stockQuantity: 1 });
    await shops[0].expectCleanAudit();

    const stopped = stack.stop();
    const first = await Promise.race([
      stream.ended.then(() => 'the stream'),
      stopped.then(() => 'the gateway'),
    ]);

    expect(first).toBe('the stream');
    await stopped;
  });
});
