import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { endsWithin } from '@flashreserve/ops';
import { eventually } from '../support/eventually';
import { freePort } from '../support/free-port';
import { type ProcessStack, startProcessStack } from '../support/process-stack';
import { type Buyer, createShop, reasonOf, type Shop } from '../support/shop';
import { uniquePrefix } from '../support/stores';

/** The heap of the image, and the gateway's total memory according to docs/limits.md. */
const HEAP_MEGABYTES = 256;
const RSS_MEGABYTES_MAX = 480;
/**
 * Latency limit for the honest client; on a machine that is slow without an attack, ten times its
 * own latency.
 */
const ANSWER_MS = 1_000;
const UNITS = 100_000;

let stack: ProcessStack;
let shop: Shop;
let buyer: Buyer;
let attacker: Buyer;
let productId: string;
let metricsPort: number;
let quietMs = 0;

const gatewayPort = (): number => Number(new URL(stack.urls[0]).port);

const rssMegabytes = (): number => {
  const status = readFileSync(`/proc/${stack.pidOf('gateway')}/status`, 'utf8');
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]) / 1_024;
};

const metric = async (name: string): Promise<number> => {
  const text = await (await fetch(`http://127.0.0.1:${metricsPort}/metrics`)).text();
  return Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(text)?.[1]);
};

interface Sample {
  /** The status, with the reason of a refusal. */
  readonly answer: string;
  readonly ms: number;
}

const reserveOnce = async (): Promise<Sample> => {
  const startedAt = performance.now();
  const response = await shop.reserve(buyer, productId);
  const ms = performance.now() - startedAt;
  return {
    answer: response.status === 201 ? '201' : `${response.status} ${reasonOf(response)}`,
    ms,
  };
};

/** Reserves once a second until the attack is over, and meanwhile samples the gateway's memory. */
const attack = async (
  name: string,
  port: number,
  seconds: number,
  more: readonly string[] = [],
) => {
  const child = spawn(
    process.execPath,
    [join(__dirname, 'attack.mjs'), name, String(port), String(seconds), ...more],
    { stdio: ['ignore', 'ignore', 'inherit'] },
  );
  let isOver = false;
  const ended = new Promise<number | null>((resolve) => {
    child.once('exit', (code) => {
      isOver = true;
      resolve(code);
    });
  });
  let rssMax = 0;
  const look = setInterval(() => {
    rssMax = Math.max(rssMax, rssMegabytes());
  }, 100);
  const samples: Sample[] = [];
  while (!isOver) {
    samples.push(await reserveOnce());
    await endsWithin(1_000 - (samples.at(-1)?.ms ?? 0), ended);
  }
  clearInterval(look);
  return { exitCode: await ended, samples, rssMax };
};

const expectServed = ({ exitCode, samples, rssMax }: Awaited<ReturnType<typeof attack>>): void => {
  expect(exitCode).toBe(0);
  expect(samples.map(({ answer }) => answer)).toEqual(samples.map(() => '201'));
  const slowest = Math.max(...samples.map(({ ms }) => ms));
  expect(slowest).toBeLessThan(Math.max(ANSWER_MS, 10 * quietMs));
  expect(rssMax).toBeLessThan(RSS_MEGABYTES_MAX);
};

beforeAll(async () => {
  metricsPort = await freePort();
  stack = await startProcessStack({
    prefix: uniquePrefix(),
    env: { NODE_OPTIONS: `--max-old-space-size=${HEAP_MEGABYTES}`, MALLOC_ARENA_MAX: '2' },
    rewireEnv: ({ component }) =>
      component === 'gateway' ? { METRICS_PORT: String(metricsPort), LOG_LEVEL: 'info' } : {},
  });
  shop = createShop(stack.urls[0], stack.env);
  [buyer, attacker] = (await shop.newBuyers(2)) as [Buyer, Buyer];
  productId = await shop.newProduct(UNITS);
  for (let index = 0; index < 100; index += 1) await shop.newProduct(1);
  for (let index = 0; index < 10; index += 1) {
    quietMs = Math.max(quietMs, (await reserveOnce()).ms);
  }
}, 120_000);

afterAll(() => stack.stop());

describe('during an attack', () => {
  it.each([
    ['pipelined', 6],
    ['unread', 5],
    ['crowd', 6],
    ['idle', 6],
    ['slowHeaders', 4],
    ['slowBodies', 5],
    ['resets', 3],
    ['largeBodies', 4],
    ['hungUp', 4],
    ['streams', 4],
  ])('an honest client is served during the attack: %s', async (name, seconds) => {
    expectServed(await attack(name, gatewayPort(), seconds));
  });

  it('an honest client is served during rapid resets and pings on a gRPC port', async () => {
    const catalog = stack.instances.find(({ component }) => component === 'catalog');
    expectServed(await attack('grpc', catalog?.port ?? 0, 4));
  });

  it('probes are answered while one address holds all of its allowed connections', async () => {
    const [, ready] = await Promise.all([
      attack('idle', gatewayPort(), 3),
      (async () => {
        await pause(1_500);
        return shop.rest('GET', '/readyz');
      })(),
    ]);
    expect(ready.status).toBe(200);
  });
});

describe('after the attacks', () => {
  it('every reserve request that took units is logged, and those that never started are not', async () => {
    await attack('reserves', gatewayPort(), 1, [attacker.token, productId]);
    // Once a later request of the same kind has ended, the earlier ones have too.
    await reserveOnce();
    const { body } = await shop.rest('GET', '/reservations?pageSize=100', {
      token: attacker.token,
    });
    const held = (body as { readonly items: readonly unknown[] }).items.length;
    await eventually(async () => {
      const lines = stack
        .output()
        .split('\n')
        .filter((line) => line.includes('"route":"/reservations/:productId"')).length;
      const { held: all } = await shop.stockOf(productId);
      expect(lines).toBeGreaterThanOrEqual(all);
    }, 10_000);
    expect(held).toBeLessThan(50);
  });

  it('hostile clients leave no stream, connection or memory behind', async () => {
    await eventually(async () => expect(await metric('flashreserve_streams_open')).toBe(0), 20_000);
    await eventually(async () => {
      const used = await metric('nodejs_heap_size_used_bytes');
      expect(used / 1024 / 1024).toBeLessThan(120);
    }, 30_000);
    expect(rssMegabytes()).toBeLessThan(RSS_MEGABYTES_MAX);
  });

  it('the stock adds up after the attacks', async () => {
    await shop.expectCleanAudit();
  });
});
