import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { isClean, renderReport, runAudit } from '@flashreserve/audit';
import { EXPIRY_QUEUE_NAME } from '@flashreserve/contracts';
import { ReservationServiceClient } from '@flashreserve/contracts/reservation';
import { callUnary, createClient } from '@flashreserve/rpc';
import { Queue } from 'bullmq';
import type { ComponentName } from '../../scripts/src/start/topology';
import { SINGLE_INSTANCES } from '../../scripts/src/start/topology';
import { callHttp } from '../chaos/load/http-call';
import { type Customer, createProduct, logIn, register } from '../chaos/load/shop';
import { type Site, startSite } from '../chaos/site/site';
import { eventually } from '../support/eventually';
import { testEnvironment } from '../support/stores';

const TTL_SECONDS = 2;
const SWEEP_SECONDS = 1;
const STOCK = 10;
/** Covers the expiry, a job of a killed worker, and process starts on a busy machine. */
const BACK_MS = 30_000;

const folder = mkdtempSync(join(tmpdir(), 'flashreserve-steps-'));
let site: Site;
let url: string;
let adminToken: string;
let buyer: Customer;

beforeAll(async () => {
  site = await startSite({
    root: resolve(__dirname, '../..'),
    folder,
    scale: SINGLE_INSTANCES,
    ttlSeconds: TTL_SECONDS,
    sweepSeconds: SWEEP_SECONDS,
    failpointsSeed: undefined,
    environment: testEnvironment(),
    signal: new AbortController().signal,
    proxied: false,
  });
  [url = ''] = site.urls;
  adminToken = await logIn(url, site.admin.email, site.admin.password);
  buyer = await register(url);
}, 180_000);

afterAll(async () => {
  const report = await runAudit({
    mongoUri: site.mongoUri,
    dbPrefix: site.prefix,
    overdueGraceMs: BACK_MS,
  });
  await site.stop();
  rmSync(folder, { recursive: true });
  if (!isClean(report)) throw new Error(renderReport(report));
}, 60_000);

/**
 * Restarts the component with a failpoint that kills it at its first pass, and lets the supervisor
 * restart it without the failpoint.
 *
 * @returns a function that resolves once both have happened
 */
const arm = async (component: ComponentName, point: string): Promise<() => Promise<void>> => {
  const target = site.processes.find((process) => process.component === component);
  const pid = target?.pid();
  if (target === undefined || pid === undefined) throw new Error(`${component} does not run.`);
  target.env['FAILPOINTS'] = `${point}=crash#1`;
  process.kill(pid, 'SIGKILL');
  await eventually(async () => expect([pid, undefined]).not.toContain(target.pid()), BACK_MS);
  // Read before it is ready, because it may crash with its first request.
  const armed = target.pid();
  delete target.env['FAILPOINTS'];
  await target.ready();
  return () => eventually(async () => expect(target.pid()).not.toBe(armed), BACK_MS);
};

const stockOf = async (productId: string) => {
  // The killed process may still be restarting.
  const { body } = await untilAnswered({
    method: 'GET',
    url: `${url}/products/${productId}`,
    fresh: true,
  });
  const { stockQuantity, heldQuantity, soldQuantity } = body as Record<string, number>;
  return { available: stockQuantity, held: heldQuantity, sold: soldQuantity };
};

/** Retries until there is a response, as a client would. */
const untilAnswered = (call: Parameters<typeof callHttp>[0]) =>
  eventually(async () => {
    const answer = await callHttp(call);
    expect([200, 201, 409]).toContain(answer.status);
    return answer;
  }, BACK_MS);

const reserve = (productId: string, key: string) =>
  untilAnswered({
    method: 'POST',
    url: `${url}/reservations/${productId}`,
    token: buyer.token,
    key,
    body: { quantity: 2 },
  });

const resolveIt = (action: 'confirm' | 'cancel', reservationId: string) =>
  untilAnswered({
    method: 'POST',
    url: `${url}/reservations/${action}/${reservationId}`,
    token: buyer.token,
  });

const idOf = (body: unknown): string => (body as { reservationId: string }).reservationId;

/**
 * Waits until no earlier job is left, so that the next job belongs to this test. Jobs that failed
 * while a service was down do not wait for their next attempt, which may be a minute away.
 */
const untilNoJobs = async (): Promise<void> => {
  const queue = new Queue(EXPIRY_QUEUE_NAME, {
    connection: { url: site.redisUrl },
    prefix: site.prefix,
  });
  try {
    await eventually(async () => {
      await queue.promoteJobs();
      const jobs = await queue.getJobs(['delayed', 'waiting', 'active']);
      const left = jobs.map(({ attemptsMade, failedReason }) => ({ attemptsMade, failedReason }));
      expect(left).toEqual([]);
    }, BACK_MS);
  } finally {
    await queue.close();
  }
};

const newProduct = () => eventually(() => createProduct(url, adminToken, STOCK), BACK_MS);

const STEPS_OF_RESERVE: readonly (readonly [ComponentName, string])[] = [
  ['gateway', 'gateway.reservation.reserve:after'],
  ['reservation', 'reservation.catalog.takeHold:after'],
  ['reservation', 'reservation.store.insert:after'],
  ['reservation', 'reservation.queue.addBulk:before'],
  ['catalog', 'catalog.transaction.moveUnits:after'],
  ['catalog', 'catalog.store.write:after'],
];

const STEPS_OF_EXPIRY: readonly (readonly [ComponentName, string])[] = [
  ['expiry-worker', 'worker.reservation.expireReservations:after'],
  ['expiry-worker', 'worker.catalog.restoreStock:after'],
  ['catalog', 'catalog.transaction.settleHolds:after'],
];

const STEPS_OF_EXTENSION: readonly (readonly [ComponentName, string])[] = [
  ['reservation', 'reservation.store.extend:before'],
  ['reservation', 'reservation.store.extend:after'],
  ['catalog', 'catalog.rpc.postponeHold:before'],
];

const STEPS_OF_REVIVAL: readonly (readonly [ComponentName, string])[] = [
  ['reservation', 'reservation.catalog.takeHold:after'],
  ['reservation', 'reservation.store.insert:after'],
  ['catalog', 'catalog.rpc.commitStock:before'],
];

const STEPS_OF_RETURN: readonly (readonly [ComponentName, string])[] = [
  ['reservation', 'reservation.store.addReturn:before'],
  ['reservation', 'reservation.store.addReturn:after'],
  ['reservation', 'reservation.catalog.returnStock:before'],
  ['reservation', 'reservation.catalog.returnStock:after'],
  ['reservation', 'reservation.store.clearReturnsPending:before'],
  ['catalog', 'catalog.transaction.keepReturns:after'],
  ['catalog', 'catalog.rpc.returnStock:after'],
];

/** Returns a unit over gRPC, and retries until there is a response, as a shop would. */
const giveBack = async (productId: string, reservationId: string, idempotencyKey: string) => {
  const { env = {} } = site.processes.find(({ component }) => component === 'reservation') ?? {};
  const client = createClient(
    ReservationServiceClient,
    `127.0.0.1:${env['RESERVATION_GRPC_PORT']}`,
    {
      serviceName: 'flashreserve.reservation.v1.ReservationService',
      idempotentMethods: [],
    },
  );
  const request = {
    customerId: '',
    reservationId,
    lines: [{ productId, quantity: 1 }],
    writeOff: false,
    reason: 'too small',
    idempotencyKey,
    requestId: '',
  };
  try {
    return await eventually(
      () =>
        callUnary(client, 'returnReservation', request, {
          token: adminToken,
          deadline: new Date(Date.now() + 5_000),
        }),
      BACK_MS,
    );
  } finally {
    client.close();
  }
};

describe('a process that crashes at a step', () => {
  it.each(STEPS_OF_RETURN)(
    'after a crash during a return (%s, %s) the unit comes back once, and a retry finds the return',
    async (component, point) => {
      const productId = await newProduct();
      const reservationId = idOf((await reserve(productId, randomUUID())).body);
      await resolveIt('confirm', reservationId);
      await eventually(
        async () =>
          expect(await stockOf(productId)).toEqual({ available: STOCK - 2, held: 0, sold: 2 }),
        BACK_MS,
      );
      const key = randomUUID();
      const hasDied = await arm(component, point);

      const first = await giveBack(productId, reservationId, key);

      await hasDied();
      const again = await giveBack(productId, reservationId, key);
      expect(again).toMatchObject({ replayed: true, returned: first.returned });
      expect(again.reservation?.lines).toMatchObject([{ quantity: 2, returnedUnits: 1 }]);
      await eventually(
        async () =>
          expect(await stockOf(productId)).toEqual({ available: STOCK - 1, held: 0, sold: 1 }),
        BACK_MS,
      );
    },
  );

  it.each(STEPS_OF_REVIVAL)(
    'after a crash during a revival (%s, %s) the units are sold once or come back, as a retry says',
    async (component, point) => {
      const productId = await newProduct();
      const { body } = await reserve(productId, randomUUID());
      await eventually(
        async () =>
          expect(await stockOf(productId)).toEqual({ available: STOCK, held: 0, sold: 0 }),
        BACK_MS,
      );
      const hasDied = await arm(component, point);

      const { status } = await untilAnswered({
        method: 'POST',
        url: `${url}/reservations/${idOf(body)}/revive`,
        token: adminToken,
      });

      await hasDied();
      // It may have expired before the process was back.
      const sold = status === 200 ? 2 : 0;
      await eventually(
        async () =>
          expect(await stockOf(productId)).toEqual({ available: STOCK - sold, held: 0, sold }),
        BACK_MS,
      );
    },
  );

  it.each(STEPS_OF_EXTENSION)(
    'after a crash during an extension (%s, %s) a retry moves the expiry once, and the units come back then',
    async (component, point) => {
      const productId = await newProduct();
      const hasDied = await arm(component, point);
      const { body } = await reserve(productId, randomUUID());
      const { expiresAt } = body as { expiresAt: string };

      const extended = await untilAnswered({
        method: 'POST',
        url: `${url}/reservations/${idOf(body)}/extend`,
        token: adminToken,
        key: randomUUID(),
        body: { seconds: 5 },
      });

      await hasDied();
      // It may have expired before the process was back.
      if (extended.status === 200) {
        const moved = extended.body as { expiresAt: string };
        expect(Date.parse(moved.expiresAt) - Date.parse(expiresAt)).toBe(5_000);
        const { held } = await stockOf(productId);
        if (Date.now() < Date.parse(moved.expiresAt)) expect(held).toBe(2);
      }
      await eventually(
        async () =>
          expect(await stockOf(productId)).toEqual({ available: STOCK, held: 0, sold: 0 }),
        BACK_MS,
      );
    },
  );

  it.each(STEPS_OF_RESERVE)(
    'after a crash during Reserve (%s, %s) the units are taken once, by one reservation, and released at its expiry',
    async (component, point) => {
      const productId = await newProduct();
      const hasDied = await arm(component, point);

      await reserve(productId, randomUUID());
      const { held } = await stockOf(productId);

      await hasDied();
      expect([0, 2]).toContain(held);
      await eventually(
        async () =>
          expect(await stockOf(productId)).toEqual({ available: STOCK, held: 0, sold: 0 }),
        BACK_MS,
      );
    },
  );

  it.each(STEPS_OF_EXPIRY)(
    'after a crash during the expiry (%s, %s) the units are released exactly once',
    async (component, point) => {
      const productId = await newProduct();
      await untilNoJobs();
      const hasDied = await arm(component, point);

      await reserve(productId, randomUUID());

      await hasDied();
      await eventually(
        async () =>
          expect(await stockOf(productId)).toEqual({ available: STOCK, held: 0, sold: 0 }),
        BACK_MS,
      );
    },
  );

  it.each([
    ['confirm', 'reservation', 'reservation.catalog.settleHold:before', 2],
    ['confirm', 'catalog', 'catalog.rpc.commitStock:after', 2],
    ['cancel', 'reservation', 'reservation.store.resolve:after', 0],
  ] as const)(
    'after a crash during a %s (%s, %s) the units end as the response said',
    async (action, component, point, sold) => {
      const productId = await newProduct();
      const hasDied = await arm(component, point);
      const made = await reserve(productId, randomUUID());

      const { status } = await resolveIt(action, idOf(made.body));

      await hasDied();
      expect(status).toBe(200);
      await eventually(
        async () =>
          expect(await stockOf(productId)).toEqual({
            available: STOCK - sold,
            held: 0,
            sold,
          }),
        BACK_MS,
      );
    },
  );
});
