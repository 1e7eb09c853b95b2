import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { MongoClient } from 'mongodb';
import { readMetricsTable } from '../../scripts/src/observability/known-metrics';
import { COMPONENT_NAMES, type ComponentName } from '../../scripts/src/start/topology';
import { eventually } from '../support/eventually';
import { freePort } from '../support/free-port';
import { type InProcessStack, startInProcessStack } from '../support/in-process-stack';
import { type Buyer, createShop, reservationOf, type Shop } from '../support/shop';
import { calmUriOf, uniquePrefix } from '../support/stores';

const TTL_SECONDS = 4;
const TIMEOUT_MS = 15_000;

let stack: InProcessStack;
let shop: Shop;
let buyer: Buyer;
let ports: ReadonlyMap<string, number>;

const scrape = async (component: ComponentName): Promise<string> => {
  const answer = await fetch(`http://127.0.0.1:${ports.get(component)}/metrics`);
  expect(answer.status).toBe(200);
  return answer.text();
};

/** The value of the series with exactly this name and these labels. */
const seriesValue = (text: string, series: string): number => {
  const line = text.split('\n').find((candidate) => candidate.startsWith(`${series} `));
  return line === undefined ? Number.NaN : Number(line.slice(series.length + 1));
};

/** Waits until a series of a component satisfies the condition. */
const becomes = (component: ComponentName, series: string, isRight: (value: number) => boolean) =>
  eventually(async () => {
    const value = seriesValue(await scrape(component), series);
    if (!isRight(value)) throw new Error(`${component}: ${series} is ${value}.`);
  }, TIMEOUT_MS);

beforeAll(async () => {
  const pairs: [string, number][] = [];
  for (const component of COMPONENT_NAMES) pairs.push([component, await freePort()]);
  ports = new Map(pairs);
  stack = await startInProcessStack({
    prefix: uniquePrefix(),
    ttlSeconds: TTL_SECONDS,
    sweepSeconds: 1,
    env: { AUDIT_INTERVAL_SECONDS: '1' },
    envOf: (component) => ({ METRICS_PORT: String(ports.get(component)) }),
  });
  shop = createShop(stack.urls[0], stack.env);
  buyer = await shop.newBuyer();
});

afterAll(() => stack.stop());

describe('metrics of a running stack', () => {
  it('every component serves all documented metrics and the standard process metrics', async () => {
    const table = readMetricsTable(readFileSync(join(__dirname, '../../docs/metrics.md'), 'utf8'));
    for (const component of COMPONENT_NAMES) {
      const text = await scrape(component);
      const promised = table.filter(({ components }) => components.includes(component));
      expect(promised.length).toBeGreaterThan(5);
      for (const { name, type } of promised) expect(text).toContain(`# TYPE ${name} ${type}\n`);
      expect(text).toContain('nodejs_eventloop_lag_p99_seconds');
      expect(text).toContain('process_resident_memory_bytes');
    }
  });

  it('metrics of a small sale show requests, outcomes, remaining units and expiry lateness', async () => {
    const productId = await shop.newProduct(3);
    const confirmed = reservationOf(await shop.reserve(buyer, productId));
    const cancelled = reservationOf(await shop.reserve(buyer, productId));
    const expiring = reservationOf(await shop.reserve(buyer, productId));
    expect((await shop.reserve(buyer, productId)).status).toBe(409);
    await shop.confirm(buyer, confirmed.reservationId);
    await shop.cancel(buyer, cancelled.reservationId);

    const holds = 'flashreserve_hold_requests_total';
    await becomes('catalog', `${holds}{outcome="sold"}`, (count) => count === 1);
    await becomes('catalog', `${holds}{outcome="released"}`, (count) => count === 2);
    const catalog = await scrape('catalog');
    expect(seriesValue(catalog, `${holds}{outcome="held"}`)).toBe(3);
    expect(seriesValue(catalog, `${holds}{outcome="sold_out"}`)).toBe(1);
    const units = `flashreserve_product_units{product_id="${productId}",state=`;
    expect(seriesValue(catalog, `${units}"available"}`)).toBe(2);
    expect(seriesValue(catalog, `${units}"held"}`)).toBe(0);
    expect(seriesValue(catalog, `${units}"sold"}`)).toBe(1);
    expect(seriesValue(catalog, 'flashreserve_expiry_lateness_seconds_count')).toBe(1);
    expect(seriesValue(catalog, 'flashreserve_mongo_up')).toBe(1);

    const gateway = await scrape('gateway');
    const route = 'method="POST",route="/reservations/:productId"';
    expect(seriesValue(gateway, `flashreserve_http_requests_total{${route},status="201"}`)).toBe(3);
    expect(seriesValue(gateway, `flashreserve_http_requests_total{${route},status="409"}`)).toBe(1);
    expect(seriesValue(gateway, `flashreserve_http_request_duration_seconds_count{${route}}`)).toBe(
      4,
    );
    for (const id of [productId, expiring.reservationId, buyer.userId]) {
      expect(gateway).not.toContain(id);
    }

    const reservation = await scrape('reservation');
    const calls = 'flashreserve_rpc_calls_total{method=';
    expect(seriesValue(reservation, `${calls}"BatchResolve",status="OK"}`)).toBeGreaterThan(0);
    expect(seriesValue(reservation, `${calls}"BatchReserve",status="OK"}`)).toBeGreaterThan(0);
    expect(seriesValue(reservation, 'flashreserve_redis_up{connection="queue"}')).toBe(1);
    const jobs = 'flashreserve_expiry_jobs_total{result="completed"}';
    await becomes('expiry-worker', jobs, (count) => count > 0);
    const worker = await scrape('expiry-worker');
    expect(seriesValue(worker, 'flashreserve_queue_jobs{state="failed"}')).toBe(0);
    expect(seriesValue(worker, 'flashreserve_sweeps_total{result="completed"}')).toBeGreaterThan(0);
  });

  it('requests to unknown routes are counted in one series', async () => {
    await shop.rest('GET', '/made-up/by-somebody');

    const gateway = await scrape('gateway');

    const series = 'flashreserve_http_requests_total{method="GET",route="(none)",status="404"}';
    expect(seriesValue(gateway, series)).toBe(1);
    expect(gateway).not.toContain('made-up');
  });

  it('a violated invariant is counted within seconds', async () => {
    const productId = await shop.newProduct(5);
    await becomes('catalog', 'flashreserve_audit_rounds_total', (count) => count > 0);
    const violations = 'flashreserve_invariant_violations_total{invariant="units_do_not_add_up"}';
    expect(seriesValue(await scrape('catalog'), violations)).toBe(0);

    const client = await new MongoClient(calmUriOf(stack.env['MONGO_URI'])).connect();
    await client
      .db(`${stack.env['MONGO_DB_PREFIX']}_catalog`)
      .collection<{ _id: string }>('products')
      .updateOne({ _id: productId }, { $inc: { available: 1 } });
    await client.close();

    await becomes('catalog', violations, (count) => count > 0);
    const oversold = 'flashreserve_invariant_violations_total{invariant="oversold"}';
    expect(seriesValue(await scrape('catalog'), oversold)).toBe(0);
  });
});
