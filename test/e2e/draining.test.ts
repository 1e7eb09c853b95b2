import { setTimeout as pause } from 'node:timers/promises';
import { AuthServiceClient } from '@flashreserve/contracts/auth';
import { CatalogServiceClient } from '@flashreserve/contracts/catalog';
import { ReservationServiceClient } from '@flashreserve/contracts/reservation';
import { createHealthProbe } from '@flashreserve/rpc';
import { credentials, type ServiceError } from '@grpc/grpc-js';
import { type InProcessStack, startInProcessStack } from '../support/in-process-stack';
import { uniquePrefix } from '../support/stores';

const DRAIN_WAIT_MS = 1_000;
const POLL_MS = 20;

/** One observation of a component. */
interface Look {
  readonly ready: boolean;
  /** Whether it served a request. */
  readonly served: boolean;
  readonly atMs: number;
}

let stack: InProcessStack;
let looks: Readonly<Record<string, readonly Look[]>>;
/** The last response of /readyz before the stop. */
const reasons: Record<string, unknown> = {};

type Watch = (stopped: () => boolean) => Promise<readonly Look[]>;

const watchWith =
  (look: () => Promise<Omit<Look, 'atMs'>>): Watch =>
  async (stopped) => {
    const seen: Look[] = [];
    // Until the first observation that gets no response, even if that comes after the stop.
    while (!stopped() || seen.at(-1)?.served === true) {
      seen.push({ ...(await look()), atMs: performance.now() });
      await pause(POLL_MS);
    }
    return seen;
  };

/** Uses a new connection per request, like a load balancer without keep-alive. */
const answers = async (url: string): Promise<Response | undefined> => {
  try {
    return await fetch(url, {
      headers: { connection: 'close' },
      signal: AbortSignal.timeout(3_000),
    });
  } catch {
    return undefined;
  }
};

const watchHttp = (name: string, url: string, path: string): Watch =>
  watchWith(async () => {
    const [readiness, served] = await Promise.all([
      answers(`${url}/readyz`),
      answers(`${url}${path}`),
    ]);
    if (readiness?.status === 503) reasons[name] = await readiness.json();
    return { ready: readiness?.ok === true, served: served?.ok === true };
  });

/** A call without a token; a refusal also counts as served. */
type Call = (done: (error: ServiceError | null) => void) => unknown;

const watchGrpc = (target: string, call: Call): Watch => {
  const probe = createHealthProbe(target);
  const look = watchWith(async () => ({
    ready: await probe.isServing(1_000),
    served: await new Promise<boolean>((resolve) => {
      call((error) => resolve(error === null || error.details.includes('token')));
    }),
  }));
  return async (stopped) => {
    try {
      return await look(stopped);
    } finally {
      probe.close();
    }
  };
};

beforeAll(async () => {
  stack = await startInProcessStack({
    prefix: uniquePrefix(),
    env: { DRAIN_WAIT_MS: String(DRAIN_WAIT_MS) },
  });
  const plain = credentials.createInsecure();
  const auth = new AuthServiceClient(stack.grpc.auth, plain);
  const catalog = new CatalogServiceClient(stack.grpc.catalog, plain);
  const reservation = new ReservationServiceClient(stack.grpc.reservation, plain);
  const worker = `http://127.0.0.1:${stack.workerPort}`;
  let stopped = false;
  const watching = Object.entries({
    gateway: watchHttp('gateway', stack.urls[0], '/healthz'),
    'expiry-worker': watchHttp('expiry-worker', worker, '/healthz'),
    auth: watchGrpc(stack.grpc.auth, (done) => auth.getJwks({}, done)),
    catalog: watchGrpc(stack.grpc.catalog, (done) => catalog.getProduct({ productId: '' }, done)),
    reservation: watchGrpc(stack.grpc.reservation, (done) =>
      reservation.getReservation({ reservationId: '', customerId: '' }, done),
    ),
  }).map(async ([name, watch]) => [name, await watch(() => stopped)] as const);
  await pause(500);
  await stack.stop();
  stopped = true;
  looks = Object.fromEntries(await Promise.all(watching));
  for (const client of [auth, catalog, reservation]) client.close();
});

const looksAt = (name: string): readonly Look[] => looks[name] ?? [];

describe('a stopping component', () => {
  it.each(['gateway', 'auth', 'catalog', 'reservation'])(
    'a stopping %s reports not ready first and keeps serving for the drain wait',
    (name) => {
      const seen = looksAt(name);
      const offAt = seen.find(({ ready }, index) => !ready && seen[index - 1]?.ready)?.atMs ?? 0;
      expect(seen[0]).toMatchObject({ ready: true, served: true });
      const beforeTheWaitIsOver = seen.filter(({ atMs }) => atMs < offAt + DRAIN_WAIT_MS * 0.7);
      expect(beforeTheWaitIsOver.filter(({ served }) => !served)).toEqual([]);
      expect(beforeTheWaitIsOver.filter(({ ready }) => !ready).length).toBeGreaterThan(3);
      expect(seen.at(-1)).toMatchObject({ ready: false, served: false });
    },
  );

  it('a stopping component states the reason in /readyz', () => {
    expect(reasons['gateway']).toMatchObject({
      reason: 'NOT_READY',
      reasons: { gateway: 'This instance is stopping.' },
    });
    expect(reasons['expiry-worker']).toMatchObject({
      reason: 'NOT_READY',
      reasons: { 'expiry-worker': 'This instance is stopping.' },
    });
  });
});
