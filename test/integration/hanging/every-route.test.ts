import './use-alternative-resolver';
import { setTimeout as pause } from 'node:timers/promises';
import { ACCESS_TABLE, isAdmitted, operationOf } from '../../security/rest-edge/access-table';
import { CALLERS, type Caller } from '../../security/rest-edge/callers';
import { type EffectiveRequest, prepare } from '../../security/rest-edge/effective-requests';
import { sendAs } from '../../security/rest-edge/send';
import { type EdgeWorld, startEdgeWorld, verdictOf } from '../../security/rest-edge/world';
import { eventually } from '../../support/eventually';
import { createRestClient } from '../../support/rest-client';
import { leftWaiting } from './left-waiting';
import {
  DEPENDENCIES,
  type Dependency,
  type ProxiedGateway,
  startProxiedGateway,
} from './proxied-gateways';
import { startSilentNameServer } from './silent-name-server';
import { startStallWatch } from './stall-watch';

// Goal: while any dependency of a gateway hangs (a service, Redis, the name server: connections
// stay open and nothing is answered), every route responds within its time limit, leaves nothing
// behind, and recovers. Method: the real system; for each dependency a separate gateway that
// reaches it through a proxy; all of them hang at once, and each gateway gets a request for every
// row of the access table, which another test compares with the OpenAPI document.

/** Of routes that check passwords, and of all others. */
const TIME_LIMITS = { auth: 20_000, others: 10_000 } as const;
/** In addition to the time that this process was stalled. */
const MARGIN_MS = 2_000;
/** Interval between two requests to one gateway, because this tests waiting and not load. */
const APART_MS = 50;
/** Twice the guaranteed time, for a busy machine. */
const BACK_MS = 2_000 + 2_000;

interface Answer {
  readonly verdict: string;
  readonly ms: number;
}

let world: EdgeWorld;
let stalledMs = 0;
let nameServer: Awaited<ReturnType<typeof startSilentNameServer>>;
const gateways = new Map<Dependency, ProxiedGateway>();
const answers = new Map<Dependency, ReadonlyMap<string, Answer>>();

const gatewayOf = (dependency: Dependency): ProxiedGateway => {
  const gateway = gateways.get(dependency);
  if (gateway === undefined) throw new Error(`There is no gateway for ${dependency}.`);
  return gateway;
};
const answersOf = (dependency: Dependency): ReadonlyMap<string, Answer> =>
  answers.get(dependency) ?? new Map<string, Answer>();

/** An accepted caller, so that the route does its work. */
const callerOf = (row: string): Caller => {
  const verdicts = ACCESS_TABLE[row];
  const caller = CALLERS.findLast((name) => verdicts !== undefined && isAdmitted(verdicts[name]));
  if (caller === undefined) throw new Error(`Nobody is let in to ${row}.`);
  return caller;
};
const limitOf = (row: string): number => {
  const [, path = ''] = operationOf(row).split(' ');
  return /^\/(?:auth|admin|\.well-known)\//.test(path) ? TIME_LIMITS.auth : TIME_LIMITS.others;
};

const ask = async (
  { url }: ProxiedGateway,
  row: string,
  request: EffectiveRequest,
): Promise<Answer> => {
  const startedAt = performance.now();
  const shop = { ...world.shop, rest: createRestClient(url) };
  const verdict = verdictOf(await sendAs({ ...world, shop }, callerOf(row), row, request));
  return { verdict, ms: performance.now() - startedAt };
};

const askAll = async (
  gateway: ProxiedGateway,
  requests: ReadonlyMap<string, EffectiveRequest>,
): Promise<ReadonlyMap<string, Answer>> =>
  new Map(
    await Promise.all(
      [...requests].map(async ([row, request], index) => {
        await pause(index * APART_MS);
        return [row, await ask(gateway, row, request)] as const;
      }),
    ),
  );

const prepareAll = async (): Promise<ReadonlyMap<string, EffectiveRequest>> => {
  const requests = new Map<string, EffectiveRequest>();
  for (const row of Object.keys(ACCESS_TABLE)) {
    requests.set(row, await prepare(world, row, callerOf(row)));
  }
  return requests;
};

beforeAll(async () => {
  world = await startEdgeWorld();
  nameServer = await startSilentNameServer();
  const prepared = new Map<Dependency, ReadonlyMap<string, EffectiveRequest>>();
  for (const dependency of DEPENDENCIES) {
    const gateway = await startProxiedGateway(world.stack, dependency, nameServer);
    gateways.set(dependency, gateway);
    prepared.set(dependency, await prepareAll());
    if (dependency === 'dns') continue;
    await eventually(
      async () => expect((await createRestClient(gateway.url)('GET', '/readyz')).status).toBe(200),
      10_000,
    );
  }
  const stalls = startStallWatch();
  for (const gateway of gateways.values()) gateway.freeze();
  await Promise.all(
    DEPENDENCIES.map(async (dependency) => {
      const requests = prepared.get(dependency) ?? new Map<string, EffectiveRequest>();
      answers.set(dependency, await askAll(gatewayOf(dependency), requests));
    }),
  );
  stalledMs = stalls.ms();
  stalls.stop();
}, 120_000);

afterAll(async () => {
  await Promise.all([...gateways.values()].map((gateway) => gateway.stop()));
  nameServer.stop();
  await world.stop();
});

/** Rows that need the dependency, with the responses that prove that it hung. */
const NEEDS: Readonly<Record<Dependency, Readonly<Record<string, RegExp>>>> = {
  auth: { 'GET /auth/me': /^50[34] /, 'GET /readyz': /^503 NOT_READY$/ },
  catalog: { 'GET /products/{productId}': /^50[34] /, 'GET /readyz': /^503 NOT_READY$/ },
  reservation: { 'GET /reservations': /^50[34] /, 'GET /readyz': /^503 NOT_READY$/ },
  redis: { 'POST /auth/login': /^200$/ },
  dns: { 'GET /products': /^50[34] /, 'GET /readyz': /^503 NOT_READY$/ },
};

// Not with all other requests: a gateway that is too busy to ask its services is not ready either.
it('a gateway whose Redis hangs stays ready', async () => {
  const rest = createRestClient(gatewayOf('redis').url);
  await eventually(async () => expect((await rest('GET', '/readyz')).status).toBe(200), 10_000);
});

describe.each(DEPENDENCIES)('while %s hangs', (dependency) => {
  it('every route responds within its time limit', () => {
    const all = answersOf(dependency);
    const late = [...all].filter(([row, { ms }]) => ms > limitOf(row) + MARGIN_MS + stalledMs);

    expect(all.size).toBe(Object.keys(ACCESS_TABLE).length);
    expect(late).toEqual([]);
  });

  it('failed requests get 503 or 504 with a reason, and none gets 500', () => {
    const failures = [...answersOf(dependency)].filter(([, { verdict }]) => /^5/.test(verdict));

    expect(failures.filter(([, { verdict }]) => !/^50[34] [A-Z_]+$/.test(verdict))).toEqual([]);
    for (const [row, expected] of Object.entries(NEEDS[dependency])) {
      expect([row, answersOf(dependency).get(row)?.verdict]).toEqual([
        row,
        expect.stringMatching(expected),
      ]);
    }
  });

  it('no group commit entry or write is left behind', async () => {
    const { metricsUrl } = gatewayOf(dependency);
    expect(await leftWaiting(metricsUrl, 'entries')).toBe(0);
    expect(await leftWaiting(metricsUrl, 'writes')).toBe(0);
  });
});

it('the silent name server was queried', () => {
  expect(nameServer.questions()).toBeGreaterThan(0);
});

describe.each(DEPENDENCIES.filter((name) => name !== 'dns'))('after %s is back', (dependency) => {
  it('the gateway becomes ready and reserves again', async () => {
    const gateway = gatewayOf(dependency);
    const rest = createRestClient(gateway.url);
    gateway.heal();

    await eventually(async () => {
      const token = world.owner.token;
      const path = `/reservations/${world.productId}`;
      const [ready, reserved] = await Promise.all([
        rest('GET', '/readyz'),
        rest('POST', path, { token, body: { quantity: 1 } }),
      ]);
      expect([ready.status, reserved.status]).toEqual([200, 201]);
    }, BACK_MS);
  });
});
