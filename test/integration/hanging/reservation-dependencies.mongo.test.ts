import { newId } from '@flashreserve/ops';
import { callUnary, type DomainError } from '@flashreserve/rpc';
import { eventually } from '../../support/eventually';
import { freePort } from '../../support/free-port';
import type { TcpProxy } from '../../support/tcp-proxy';
import {
  type Harness,
  type ReservationApi,
  reservationOf,
  startHarness,
} from '../reservation/harness';
import { leftWaiting } from './left-waiting';

// Goal: while catalog, auth or Redis hangs (connections stay open and nothing is answered), every
// customer call to reservation ends by its deadline, and succeeds if it does not need the
// dependency; nothing is left behind, and everything recovers. Method: for each dependency an
// instance that reaches it through a proxy.

const DEADLINE_MS = 4_000;
/** Slack for a busy machine. */
const MARGIN_MS = 3_000;
/** Twice the guaranteed time, for a busy machine. */
const BACK_MS = 2_000 + 2_000;

const DEPENDENCIES = ['catalog', 'auth', 'redis'] as const;
type Dependency = (typeof DEPENDENCIES)[number];

const METHODS = ['reserve', 'confirmReservation', 'cancelReservation', 'getReservation'] as const;
type Method = (typeof METHODS)[number];

/**
 * Only a new hold needs a response: settling is left to the queue or the sweep, and known keys stay
 * in use.
 */
const outcomeOf = (dependency: Dependency, method: Method): string =>
  dependency === 'catalog' && method === 'reserve' ? 'deadline' : 'ok';

interface Instance {
  readonly api: ReservationApi;
  readonly metricsUrl: string;
  readonly proxy: TcpProxy;
}

let harness: Harness;
const instances = new Map<Dependency, Instance>();

const startBehindProxy = async (dependency: Dependency): Promise<Instance> => {
  const metricsPort = await freePort();
  const redisUrl = new URL(harness.redisUrl);
  const ports = {
    catalog: harness.catalogPort,
    auth: Number(harness.auth.target.split(':').at(-1)),
    redis: Number(redisUrl.port),
  };
  const proxy = await harness.startProxy({ port: ports[dependency] });
  redisUrl.host = proxy.address;
  const own = {
    catalog: { catalogTarget: proxy.address },
    auth: { env: { AUTH_ADDRESS: proxy.address } },
    redis: { redisUrl: redisUrl.toString() },
  }[dependency];
  const metrics = { METRICS_PORT: String(metricsPort) };
  const env = 'env' in own ? { ...own.env, ...metrics } : metrics;
  const api = await harness.start({ ...own, env });
  return { api, metricsUrl: `http://127.0.0.1:${metricsPort}/metrics`, proxy };
};

const instanceOf = (dependency: Dependency): Instance => {
  const instance = instances.get(dependency);
  if (instance === undefined) throw new Error(`There is no instance for ${dependency}.`);
  return instance;
};

beforeAll(async () => {
  harness = await startHarness();
  for (const dependency of DEPENDENCIES) {
    instances.set(dependency, await startBehindProxy(dependency));
  }
});
afterAll(async () => {
  for (const { proxy } of instances.values()) proxy.setMode('pass');
  await harness.stop();
});

/** A pending reservation of a new customer for each method that needs one. */
const reserveOne = async ({ api }: Instance) => {
  const customerId = newId();
  const lines = [{ productId: await harness.catalog.newProduct(10), quantity: 1 }];
  const { reservationId } = reservationOf(await api.reserve(customerId, { lines }));
  return { customerId, lines, reservationId };
};

const call = async (
  { api }: Instance,
  method: Method,
  { customerId, lines, reservationId }: Awaited<ReturnType<typeof reserveOne>>,
): Promise<{ readonly outcome: string; readonly ms: number }> => {
  const startedAt = performance.now();
  const options = {
    token: harness.auth.userToken(customerId),
    deadline: new Date(Date.now() + DEADLINE_MS),
  };
  const answer: Promise<unknown> =
    method === 'reserve'
      ? callUnary(
          api.client,
          method,
          { customerId: '', lines, idempotencyKey: newId(), requestId: '' },
          options,
        )
      : callUnary(api.client, method, { customerId: '', reservationId }, options);
  const outcome = await answer.then(
    () => 'ok',
    ({ kind }: DomainError) => kind,
  );
  return { outcome, ms: performance.now() - startedAt };
};

describe.each(DEPENDENCIES)('while %s hangs, and afterwards', (dependency) => {
  it('every call ends by its deadline, none is left behind, and later ones succeed', async () => {
    const instance = instanceOf(dependency);
    const targets = await Promise.all(METHODS.map(() => reserveOne(instance)));
    instance.proxy.setMode('freeze');

    const answers = await Promise.all(
      METHODS.map(async (method, index) => {
        const target = targets[index];
        if (target === undefined) throw new Error('There is no reservation.');
        return [method, await call(instance, method, target)] as const;
      }),
    );

    for (const [method, { outcome, ms }] of answers) {
      expect([method, outcome]).toEqual([method, outcomeOf(dependency, method)]);
      expect(ms).toBeLessThan(DEADLINE_MS + MARGIN_MS);
    }
    await eventually(
      async () => expect(await leftWaiting(instance.metricsUrl, 'entries')).toBe(0),
      MARGIN_MS,
    );
    instance.proxy.setMode('pass');
    await eventually(async () => {
      const held = await reserveOne(instance);
      expect(await call(instance, 'confirmReservation', held)).toMatchObject({ outcome: 'ok' });
    }, BACK_MS);
  });
});
