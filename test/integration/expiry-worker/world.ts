import { createApp as createCatalog } from '@flashreserve/catalog';
import { EXPIRY_QUEUE_NAME, expiryJobId } from '@flashreserve/contracts';
import { CatalogServiceClient, type Product } from '@flashreserve/contracts/catalog';
import { ReservationServiceClient } from '@flashreserve/contracts/reservation';
import { createApp as createWorker } from '@flashreserve/expiry-worker';
import { createLifecycle, createSilentLogger, loadConfig, newId } from '@flashreserve/ops';
import { createApp as createReservation } from '@flashreserve/reservation';
import { createClient } from '@flashreserve/rpc';
import { Queue } from 'bullmq';
import { Redis } from 'ioredis';
import { configSchema as catalogConfig } from '../../../services/catalog/src/config';
import { configSchema as workerConfig } from '../../../services/expiry-worker/src/config';
import { configSchema as reservationConfig } from '../../../services/reservation/src/config';
import { eventually } from '../../support/eventually';
import { callPatiently, keyForRepeats } from '../../support/patient-calls';
import { testStores, uniquePrefix } from '../../support/stores';
import { startTcpProxy, type TcpProxy } from '../../support/tcp-proxy';
import { startTestAuth } from '../../support/test-auth-server';

type Env = Readonly<Record<string, string>>;

export interface HeldUnit {
  readonly reservationId: string;
  readonly customerId: string;
  readonly productId: string;
  readonly expiresAt: Date;
}

export type World = Awaited<ReturnType<typeof startWorld>>;

/** An interval so long that only the sweep at startup runs, for tests of jobs. */
export const NO_SWEEPS: Env = { SWEEP_INTERVAL_SECONDS: '3600' };

const CALL_TIMEOUT_MS = 20_000;
/** Twice the time that reservation waits for Redis before it leaves a job to the sweep. */
const JOB_ADDED_WITHIN_MS = 1_000;

/** A proxy to the host and port of the URL. */
export const proxyTo = (url: string): Promise<TcpProxy> => {
  const { hostname, port } = new URL(url);
  return startTcpProxy({ host: hostname, port: Number(port) });
};

const through = (url: string, proxy: TcpProxy): string => {
  const changed = new URL(url);
  changed.hostname = '127.0.0.1';
  changed.port = String(proxy.port);
  return changed.toString();
};

/** Waits until all units of the product are available again; returns when that was observed. */
export const seeStockBack = async (
  world: World,
  productId: string,
  units: number,
  timeoutMs: number,
): Promise<Date> =>
  eventually(async () => {
    const { availableUnits, heldUnits } = await world.product(productId);
    const seenAt = new Date();
    expect({ availableUnits, heldUnits }).toEqual({ availableUnits: units, heldUnits: 0 });
    return seenAt;
  }, timeoutMs);

/**
 * Reserves a unit and waits until its job is in the queue, because the response does not wait for
 * the job.
 */
export const reserveWithJob = async (world: World, productId: string): Promise<HeldUnit> => {
  const held = await world.reserve(productId);
  const jobId = expiryJobId('expire', held.reservationId);
  await eventually(
    async () => expect(await world.queue.getJobState(jobId)).toBe('delayed'),
    JOB_ADDED_WITHIN_MS,
  );
  return held;
};

/**
 * Waits until reservation adds jobs to the queue again, which takes a moment once Redis is back.
 */
export const waitUntilQueueIsFed = async (world: World): Promise<void> => {
  const productId = await world.newProduct(1_000);
  await eventually(async () => {
    await reserveWithJob(world, productId);
  }, 15_000);
};

/**
 * Real catalog and reservation on real stores, and any number of workers. Reservation reaches
 * catalog, and reservation and the workers reach Redis, through proxies that a test can block.
 */
export const startWorld = async (settings: { readonly ttlSeconds: number }) => {
  const log = createSilentLogger();
  const lifecycle = createLifecycle({ log, stepTimeoutMs: 20_000 });
  const { mongoUri, redisUrl } = testStores();
  const prefix = uniquePrefix();
  const auth = await startTestAuth();
  lifecycle.onStop('auth', auth.stop);
  const redisProxy = await proxyTo(redisUrl);
  lifecycle.onStop('redis proxy', redisProxy.stop);

  const secret = 'not a secret, every client gets its token';
  const env: Record<string, string> = {
    HOST: '127.0.0.1',
    LOG_LEVEL: 'silent',
    MONGO_URI: mongoUri,
    MONGO_DB_PREFIX: prefix,
    REDIS_URL: through(redisUrl, redisProxy),
    REDIS_PREFIX: prefix,
    RESERVATION_TTL_SECONDS: String(settings.ttlSeconds),
    AUTH_ADDRESS: auth.target,
    CATALOG_CLIENT_SECRET: secret,
    RESERVATION_CLIENT_SECRET: secret,
    EXPIRY_WORKER_CLIENT_SECRET: secret,
    CATALOG_GRPC_PORT: '0',
    RESERVATION_GRPC_PORT: '0',
    WORKER_HTTP_PORT: '0',
  };
  const catalogApp = await createCatalog(loadConfig(catalogConfig, env), { log });
  lifecycle.onStop('catalog', catalogApp.stop);
  env['CATALOG_ADDRESS'] = `127.0.0.1:${catalogApp.port}`;
  const catalogProxy = await proxyTo(`http://127.0.0.1:${catalogApp.port}`);
  lifecycle.onStop('catalog proxy', catalogProxy.stop);
  const reservationApp = await createReservation(
    loadConfig(reservationConfig, { ...env, CATALOG_ADDRESS: `127.0.0.1:${catalogProxy.port}` }),
    { log },
  );
  lifecycle.onStop('reservation', reservationApp.stop);
  env['RESERVATION_ADDRESS'] = `127.0.0.1:${reservationApp.port}`;

  const noRetries = { idempotentMethods: [] };
  const catalog = createClient(CatalogServiceClient, env['CATALOG_ADDRESS'], {
    ...noRetries,
    serviceName: 'flashreserve.catalog.v1.CatalogService',
  });
  lifecycle.onStop('catalog client', () => catalog.close());
  const reservations = createClient(ReservationServiceClient, env['RESERVATION_ADDRESS'], {
    ...noRetries,
    serviceName: 'flashreserve.reservation.v1.ReservationService',
  });
  lifecycle.onStop('reservation client', () => reservations.close());
  const redis = new Redis(redisUrl);
  const queue = new Queue(EXPIRY_QUEUE_NAME, { connection: redis, prefix });
  lifecycle.onStop('queue', async () => {
    await queue.close();
    redis.disconnect();
  });

  const as = (token: string) => ({ token, deadline: new Date(Date.now() + CALL_TIMEOUT_MS) });
  const asService = () => as(auth.serviceToken('gateway'));

  return {
    env: env as Env,
    queue,
    /** A direct connection to Redis, without a proxy. */
    redis,
    redisProxy,
    catalogProxy,
    serviceToken: auth.serviceToken,
    userToken: auth.userToken,
    stop: lifecycle.stop,
    startWorker: async (overrides: Env = {}, workerLog = log) => {
      const config = loadConfig(workerConfig, { ...env, ...overrides });
      const worker = await createWorker(config, { log: workerLog });
      lifecycle.onStop('worker', worker.stop);
      return worker;
    },
    newProduct: async (stockUnits: number): Promise<string> => {
      const { product } = await callPatiently(
        catalog,
        'createProduct',
        {
          name: 'thing',
          description: '',
          price: { minorUnits: 100, currencyCode: 'USD' },
          stockUnits,
          requestId: keyForRepeats(''),
        },
        as(auth.userToken(newId(), 'ADMIN')),
      );
      if (product === undefined) throw new TypeError('No product came back.');
      return product.productId;
    },
    product: async (productId: string): Promise<Product> => {
      const { product } = await callPatiently(catalog, 'getProduct', { productId }, asService());
      if (product === undefined) throw new TypeError('No product came back.');
      return product;
    },
    /** Reserves one unit for a new customer. */
    reserve: async (productId: string): Promise<HeldUnit> => {
      const customerId = newId();
      const { reservation } = await callPatiently(
        reservations,
        'reserve',
        {
          customerId: '',
          lines: [{ productId, quantity: 1 }],
          idempotencyKey: keyForRepeats(''),
          requestId: '',
        },
        as(auth.userToken(customerId)),
      );
      if (reservation?.expireTime === undefined) throw new TypeError('No reservation came back.');
      const { reservationId, expireTime } = reservation;
      return { reservationId, customerId, productId, expiresAt: expireTime };
    },
    confirm: ({ reservationId, customerId }: HeldUnit) =>
      callPatiently(
        reservations,
        'confirmReservation',
        { customerId: '', reservationId },
        as(auth.userToken(customerId)),
      ),
    status: async ({ reservationId, customerId }: HeldUnit): Promise<string | undefined> => {
      const { reservation } = await callPatiently(
        reservations,
        'getReservation',
        { customerId: '', reservationId },
        as(auth.userToken(customerId)),
      );
      return reservation?.status;
    },
    /** Recomputes the product's stock from its holds; true if it is consistent. */
    isConsistent: async (productId: string): Promise<boolean> => {
      const { audits } = await callPatiently(
        catalog,
        'auditStock',
        { pageSize: 0, pageToken: '', productIds: [productId] },
        asService(),
      );
      return audits.length === 1 && audits.every(({ consistent }) => consistent);
    },
    /** Deletes what a flush of Redis would, limited to the keys of this world. */
    loseEverythingInRedis: async (): Promise<number> => {
      const keys = await redis.keys(`${prefix}:*`);
      return keys.length === 0 ? 0 : redis.del(...keys);
    },
  };
};
