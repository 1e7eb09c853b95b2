import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createFlashReserveClient } from '@flashreserve/client';
import { MongoClient } from 'mongodb';
import { type InProcessStack, startInProcessStack } from '../support/in-process-stack';
import { runTask, type TaskOutcome } from '../support/run-task';
import { calmUriOf, uniquePrefix } from '../support/stores';

/**
 * Short, so that unconfirmed units are released within the test; longer than a reserve of a crowd
 * takes on a slow machine, which would be refused as expired.
 */
const TTL_SECONDS = 6;
const SWEEP_SECONDS = 1;
const UNITS = 4;
const SALE = ['--buyers', '12', '--units', String(UNITS), '--seconds', '8'];
const TIMEOUT_MS = 120_000;

let stack: InProcessStack;
/** Without its own `.data`. */
let root: string;

beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'flashreserve-demo-'));
  stack = await startInProcessStack({
    prefix: uniquePrefix(),
    ttlSeconds: TTL_SECONDS,
    sweepSeconds: SWEEP_SECONDS,
  });
});

afterAll(async () => {
  rmSync(root, { recursive: true });
  await stack.stop();
});

const run = (task: string, ...args: readonly string[]): Promise<TaskOutcome> => {
  const names = [
    'ADMIN_EMAIL',
    'ADMIN_PASSWORD',
    'MONGO_URI',
    'MONGO_DB_PREFIX',
    'SWEEP_INTERVAL_SECONDS',
  ];
  const env = Object.fromEntries(names.map((name) => [name, stack.env[name] ?? '']));
  return runTask(task, { root, args: [...args, '--url', stack.urls[0]], env });
};

describe('npm run seed', () => {
  it(
    'npm run seed creates the products, and a second run only the missing ones',
    async () => {
      const first = await run('seed', '--count', '5');
      const second = await run('seed');
      const third = await run('seed');

      expect([first, second, third].map(({ stdout, stderr }) => stderr || stdout)).toEqual([
        expect.stringContaining('5 products are new on sale, 0 were there before'),
        expect.stringContaining('15 products are new on sale, 5 were there before'),
        expect.stringContaining('0 products are new on sale, 20 were there before'),
      ]);
      const { products } = createFlashReserveClient({ baseUrl: stack.urls[0] });
      const { items } = await products.list({ pageSize: 100 }, { fresh: true });
      expect(items).toHaveLength(20);
    },
    TIMEOUT_MS,
  );
});

describe('npm run demo', () => {
  it(
    'npm run demo runs a sale, waits for expiries and ends with a clean audit',
    async () => {
      const { exitCode, stdout, stderr } = await run('demo', ...SALE);

      expect(stderr).toBe('');
      expect(stdout).toMatch(/^ *\d+ s left {2}[█▒·]{24} {2}sold \d+ {2}held \d+ .* p99 .* ms$/m);
      const [, sold = 0, held, available = 0, writtenOff = 0] =
        /in the end +(\d+) sold, (\d+) held, (\d+) available, (\d+) written off/
          .exec(stdout)
          ?.map(Number) ?? [];
      expect(held).toBe(0);
      expect(sold + available + writtenOff).toBe(UNITS);
      const [, confirmed = 0] = /(\d+) confirmed/.exec(stdout)?.map(Number) ?? [];
      const [, sentBack] = /sent back +(\d+):/.exec(stdout)?.map(Number) ?? [];
      // The first who confirms, and then every eighth.
      expect(sentBack).toBe(Math.ceil(confirmed / 8));
      expect(stdout).toContain(`told, booked ${sold} sold, ${sold} sold: right`);
      expect(stdout).toMatch(/^Audit: Clean: /m);
      expect(stdout).toMatch(/^The product is off sale/m);
      const { products } = createFlashReserveClient({ baseUrl: stack.urls[0] });
      const query = { available: 'true', pageSize: 100 } as const;
      const { items } = await products.list(query, { fresh: true });
      expect(items.filter(({ name }) => name === 'Comet racing bicycle')).toEqual([]);
      expect(exitCode).toBe(0);
    },
    TIMEOUT_MS,
  );

  it(
    'npm run demo fails if the audit finds a difference',
    async () => {
      const { products } = createFlashReserveClient({ baseUrl: stack.urls[0] });
      const [product] = (await products.list({ pageSize: 1 }, { fresh: true })).items;
      const client = await new MongoClient(calmUriOf(stack.env['MONGO_URI'])).connect();
      await client
        .db(`${stack.env['MONGO_DB_PREFIX']}_catalog`)
        .collection<{ _id: string }>('products')
        .updateOne({ _id: product?.productId ?? '' }, { $inc: { available: 1 } });
      await client.close();

      const { exitCode, stdout } = await run('demo', '--buyers', '1', '--seconds', '2');

      expect(stdout).toContain('DIFFERENCES FOUND');
      expect(exitCode).toBe(1);
    },
    TIMEOUT_MS,
  );

  it('npm run demo explains what to do if no stack is running', async () => {
    const { exitCode, stderr } = await runTask('demo', { root });

    expect(stderr).toContain('FlashReserve does not run here. Start it with `npm start`');
    expect(exitCode).toBe(1);
  });
});
