import {
  type AuditReport,
  isClean,
  isReconciled,
  type ReconcileReport,
  runAudit,
  runReconcile,
} from '@flashreserve/audit';
import { Redis } from 'ioredis';
import { type DatabaseCopy, type Databases, openDatabases } from '../support/database-copy';
import { eventually } from '../support/eventually';
import { type InProcessStack, startInProcessStack } from '../support/in-process-stack';
import { type Buyer, createShop, reservationOf, type Shop } from '../support/shop';
import { calmUriOf, testStores, uniquePrefix } from '../support/stores';

/** The backups are made within the hold time. */
const TTL_SECONDS = 6;
const STOCK = 20;
/** Covers the expiry of everything due and one sweep. */
const SETTLED_WITHIN_MS = 20_000;
/** A hold this long past its expiry should have been released. */
const OVERDUE_GRACE_MS = 2_500;

interface Backups {
  readonly catalog: DatabaseCopy;
  readonly reservation: DatabaseCopy;
}

/** The values of all Redis keys of the stack. */
type QueueCopy = ReadonlyMap<string, Buffer>;

/**
 * One sale with two backups, and what happened to its reservations before, between and after them.
 */
interface Sale {
  readonly productId: string;
  readonly buyer: Buyer;
  readonly older: Backups;
  readonly newer: Backups;
  /** Pending in the older backup, resolved in the newer one. */
  readonly confirmed: string;
  readonly cancelled: string;
  readonly expired: string;
  /** Not in the older backup. */
  readonly laterConfirmed: string;
  readonly laterCancelled: string;
  readonly laterPending: string;
}

let prefix: string;
let stack: InProcessStack | undefined;
let databases: Databases;
let shop: Shop;
let sale: Sale;
/** The queue at the end of the sale, with the jobs of its reservations. */
let queue: QueueCopy;
/** Secrets of the first start, reused by later ones. */
let env: Readonly<Record<string, string>>;

const startStack = async (): Promise<void> => {
  stack = await startInProcessStack({
    prefix,
    ttlSeconds: TTL_SECONDS,
    sweepSeconds: 1,
    ...(env && { env }),
  });
  env = stack.env;
  shop = createShop(stack.urls[0], stack.env);
};

const stopStack = async (): Promise<void> => {
  await stack?.stop();
  stack = undefined;
};

const onRedis = async <Result>(work: (redis: Redis) => Promise<Result>): Promise<Result> => {
  const redis = new Redis(testStores().redisUrl);
  try {
    return await work(redis);
  } finally {
    redis.disconnect();
  }
};

/** Deletes the queue, as the runbook does before starting on restored databases. */
const dropQueue = (): Promise<void> =>
  onRedis(async (redis) => {
    const keys = await redis.keys(`${prefix}:*`);
    if (keys.length > 0) await redis.unlink(...keys);
  });

const copyQueue = (): Promise<QueueCopy> =>
  onRedis(async (redis) => {
    const copy = new Map<string, Buffer>();
    for (const key of await redis.keys(`${prefix}:*`)) {
      const value = await redis.dumpBuffer(key);
      if (value !== null) copy.set(key, value);
    }
    return copy;
  });

const restoreQueue = async (): Promise<void> => {
  await dropQueue();
  await onRedis(async (redis) => {
    for (const [key, value] of queue) await redis.restore(key, 0, value);
  });
};

const backUp = async (): Promise<Backups> => ({
  catalog: await databases.copy('catalog'),
  reservation: await databases.copy('reservation'),
});

const audit = (): Promise<AuditReport> =>
  runAudit({
    mongoUri: env['MONGO_URI'] ?? '',
    dbPrefix: prefix,
    overdueGraceMs: OVERDUE_GRACE_MS,
  });

const reconcile = (apply: boolean): Promise<ReconcileReport> =>
  runReconcile({ mongoUri: env['MONGO_URI'] ?? '', dbPrefix: prefix, apply });

/** Resolves once the audit finds exactly these differences. */
const expectFindings = (wanted: Readonly<Record<string, string>>): Promise<void> =>
  eventually(async () => {
    const { products, findings } = await audit();
    expect(products.flatMap(({ problems }) => problems)).toEqual([]);
    expect(
      Object.fromEntries(findings.map(({ reservationId, problem }) => [reservationId, problem])),
    ).toEqual(wanted);
  }, SETTLED_WITHIN_MS);

const repairsOf = ({ repairs }: ReconcileReport) => Object.fromEntries(repairs);

/**
 * Confirms and cancels; throws if either is refused, because the rest of the test depends on both.
 */
const resolve = async (buyer: Buyer, toConfirm: string, toCancel: string): Promise<void> => {
  expect(await shop.confirm(buyer, toConfirm)).toMatchObject({ status: 200 });
  expect(await shop.cancel(buyer, toCancel)).toMatchObject({ status: 200 });
};

const sell = async (): Promise<Sale> => {
  const buyer = await shop.newBuyer();
  const productId = await shop.newProduct(STOCK);
  const reserve = async (): Promise<string> =>
    reservationOf(await shop.reserve(buyer, productId)).reservationId;
  const [confirmed, cancelled, expired] = [await reserve(), await reserve(), await reserve()];
  const older = await backUp();

  await resolve(buyer, confirmed, cancelled);
  await shop.expectStock(productId, { available: STOCK - 1, held: 0, sold: 1 }, SETTLED_WITHIN_MS);
  const [laterConfirmed, laterCancelled] = [await reserve(), await reserve()];
  await resolve(buyer, laterConfirmed, laterCancelled);
  const laterPending = await reserve();
  const newer = await backUp();
  return {
    productId,
    buyer,
    older,
    newer,
    confirmed,
    cancelled,
    expired,
    laterConfirmed,
    laterCancelled,
    laterPending,
  };
};

// One sale for all tests: each starts from its backups, whatever another test has changed.
beforeAll(async () => {
  prefix = uniquePrefix();
  env = {};
  await startStack();
  databases = await openDatabases(calmUriOf(env['MONGO_URI']), prefix);
  sale = await sell();
  await stopStack();
  queue = await copyQueue();
}, 60_000);

afterEach(stopStack);

afterAll(() => databases.close());

describe('catalog restored from an older backup than reservation', () => {
  const noHold = 'the reservation has no hold';

  beforeEach(async () => {
    await databases.restore('catalog', sale.older.catalog);
    await databases.restore('reservation', sale.newer.reservation);
    await dropQueue();
  });

  it('the sweep settles existing holds; units sold without a hold are available again until reconciliation', async () => {
    await startStack();
    await expectFindings({
      [sale.laterConfirmed]: noHold,
      [sale.laterCancelled]: noHold,
      [sale.laterPending]: noHold,
    });
    // One of two sold units is missing, which reconciliation repairs.
    await shop.expectStock(sale.productId, { available: 19, held: 0, sold: 1 });
    await stopStack();

    expect(isReconciled(await reconcile(false))).toBe(false);
    const report = await reconcile(true);

    expect(isReconciled(report)).toBe(true);
    expect(repairsOf(report)).toEqual({
      'add-sold-hold': [sale.laterConfirmed],
      'add-released-hold': [sale.laterCancelled],
      'expire-without-hold': [sale.laterPending],
    });
    expect(isClean(await audit())).toBe(true);
    expect(repairsOf(await reconcile(true))).toEqual({});
    await startStack();
    await shop.expectStock(sale.productId, { available: 18, held: 0, sold: 2 });
    expect((await shop.confirm(sale.buyer, sale.laterPending)).status).toBe(409);
  });

  it('reconciliation and then the sweep settle everything if nothing was served in between', async () => {
    expect(isReconciled(await reconcile(true))).toBe(true);
    await startStack();
    await expectFindings({});
    await shop.expectStock(sale.productId, { available: 18, held: 0, sold: 2 });
  });

  it('reconciliation reports units sold twice if the sale continued before it', async () => {
    await startStack();
    await expectFindings({
      [sale.laterConfirmed]: noHold,
      [sale.laterCancelled]: noHold,
      [sale.laterPending]: noHold,
    });
    const last = reservationOf(await shop.reserve(sale.buyer, sale.productId, { quantity: 19 }));
    await shop.confirm(sale.buyer, last.reservationId);
    await stopStack();

    const report = await reconcile(true);

    expect(isReconciled(report)).toBe(false);
    expect(report.problems).toEqual([
      {
        reservationId: sale.laterConfirmed,
        problem: `1 of product ${sale.productId} were sold and are no longer available`,
      },
    ]);
    const { products } = await audit();
    expect(products.flatMap(({ problems }) => problems)).toEqual([]);
  });
});

describe('reservation restored from an older backup than catalog', () => {
  beforeEach(async () => {
    await databases.restore('catalog', sale.newer.catalog);
    await databases.restore('reservation', sale.older.reservation);
    await restoreQueue();
  });

  it('the stock stays correct; the sweep releases held units, and reconciliation restores confirmed reservations', async () => {
    await dropQueue();
    await startStack();
    await expectFindings({
      [sale.confirmed]: 'the reservation is PENDING and its hold is SOLD',
      [sale.cancelled]: 'the reservation is PENDING and its hold is RELEASED',
      [sale.expired]: 'the reservation is PENDING and its hold is RELEASED',
      [sale.laterConfirmed]: 'the hold is SOLD and there is no reservation',
      [sale.laterCancelled]: 'the hold is RELEASED and there is no reservation',
    });
    await shop.expectStock(sale.productId, { available: 18, held: 0, sold: 2 });
    await stopStack();

    const report = await reconcile(true);

    expect(isReconciled(report)).toBe(true);
    expect(repairsOf(report)).toEqual({
      'confirm-reservation': [sale.confirmed],
      'expire-reservation': [sale.cancelled, sale.expired].sort(),
      'restore-reservation': [sale.laterConfirmed],
      'add-tombstone': [sale.laterCancelled],
    });
    expect(isClean(await audit())).toBe(true);
    await startStack();
    for (const id of [sale.confirmed, sale.laterConfirmed])
      expect(reservationOf(await shop.getReservation(sale.buyer, id)).status).toBe('CONFIRMED');
    // Reservations that were only held are lost, because no record of them is left.
    expect((await shop.getReservation(sale.buyer, sale.laterPending)).status).toBe(404);
    await shop.expectStock(sale.productId, { available: 18, held: 0, sold: 2 });
  });

  it('reconciliation restores confirmed reservations even if old jobs have written tombstones', async () => {
    await startStack();
    await expectFindings({
      [sale.confirmed]: 'the reservation is PENDING and its hold is SOLD',
      [sale.cancelled]: 'the reservation is PENDING and its hold is RELEASED',
      [sale.expired]: 'the reservation is PENDING and its hold is RELEASED',
      [sale.laterConfirmed]: 'the reservation is EXPIRED and its hold is SOLD',
    });
    await stopStack();

    expect(isReconciled(await reconcile(true))).toBe(true);

    expect(isClean(await audit())).toBe(true);
    await startStack();
    const restored = await shop.getReservation(sale.buyer, sale.laterConfirmed);
    expect(reservationOf(restored)).toMatchObject({ status: 'CONFIRMED', quantity: 1 });
  });
});
