import { randomBytes } from 'node:crypto';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { eventually } from '../support/eventually';
import { type ProcessStack, startProcessStack } from '../support/process-stack';
import { createShop } from '../support/shop';
import { uniquePrefix } from '../support/stores';

/** Spans are sent every two seconds. */
const SENT_MS = 20_000;

interface Export {
  readonly url: string | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

const received: Export[] = [];
let answers = true;
let collector: Server;
let stack: ProcessStack;

beforeAll(async () => {
  collector = createServer((req, res) => {
    const chunks: Buffer[] = [];
    req.on('data', (chunk: Buffer) => chunks.push(chunk));
    req.on('end', () => {
      received.push({ url: req.url, headers: req.headers, body: Buffer.concat(chunks) });
      if (answers) res.writeHead(200, { 'content-type': 'application/x-protobuf' }).end();
    });
  });
  await new Promise<void>((resolve) => {
    collector.listen(0, '127.0.0.1', resolve);
  });
  const { port } = collector.address() as AddressInfo;
  stack = await startProcessStack({
    prefix: uniquePrefix(),
    // A reserve that takes longer than this is refused.
    ttlSeconds: 4,
    env: {
      LOG_LEVEL: 'info',
      OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port}/`,
      OTEL_EXPORTER_OTLP_HEADERS: 'x-api-key=a%20key',
      OTEL_RESOURCE_ATTRIBUTES: 'deployment.environment.name=staging',
    },
  });
}, 180_000);

afterAll(async () => {
  collector.closeAllConnections();
  await new Promise((resolve) => collector.close(resolve));
});

describe('components with a collector', () => {
  it('all components send the spans of one trace by OTLP', async () => {
    const shop = createShop(stack.urls[0], stack.env);
    const buyer = await shop.newBuyer();
    const productId = await shop.newProduct(1);
    const traceId = randomBytes(16);
    const traceparent = `00-${traceId.toString('hex')}-${randomBytes(8).toString('hex')}-01`;

    const { status } = await shop.rest('POST', `/reservations/${productId}`, {
      token: buyer.token,
      body: {},
      headers: { traceparent },
    });

    expect(status).toBe(201);
    await eventually(async () => {
      const ofTrace = received.filter(({ body }) => body.includes(traceId));
      for (const component of ['gateway', 'reservation', 'catalog', 'expiry-worker']) {
        const sent = ofTrace.find(({ body }) => body.includes(component));
        expect(sent).toMatchObject({
          url: '/v1/traces',
          headers: { 'content-type': 'application/x-protobuf', 'x-api-key': 'a key' },
        });
        expect(sent?.body.includes('staging')).toBe(true);
      }
    }, SENT_MS);
    const [line] = stack
      .output()
      .split('\n')
      .filter((text) => text.includes('Request served.') && text.includes(traceId.toString('hex')));
    expect(line).toMatch(/"trace_id":"[0-9a-f]{32}","span_id":"[0-9a-f]{16}"/);
  });

  it('components stop in time although the collector hangs, and log that spans were lost', async () => {
    answers = false;
    await createShop(stack.urls[0], stack.env).rest('GET', '/products');
    const startedAt = performance.now();

    await stack.stopAtOnce();

    // Each component waits up to three seconds for the collector.
    expect(performance.now() - startedAt).toBeLessThan(15_000);
    expect(stack.output()).toContain('The last traces could not be sent before the timeout.');
    expect(stack.output()).not.toContain('The shutdown timed out');
  }, 60_000);
});
