import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import {
  CatalogServiceClient,
  type CatalogServiceServer,
  CatalogServiceService,
} from '@flashreserve/contracts/catalog';
import { createSilentLogger } from '@flashreserve/ops';
import {
  type handleUnaryCall,
  Server,
  ServerCredentials,
  type UntypedServiceImplementation,
} from '@grpc/grpc-js';
import { callUnary } from '../call-unary';
import { createClient, homesOf } from '../client';
import { type AccessPolicy, defineService, type Handlers } from '../define-service';
import { type RunningGrpcServer, startGrpcServer } from '../server';

const SERVICE_NAME = 'flashreserve.catalog.v1.CatalogService';
const KEYS = Array.from({ length: 24 }, (_, index) => `product ${index}`);
/** A hanging instance must lose its keys within this time. */
const MOVED_WITHIN_MS = 1_000;

const ofEveryMethod = (value: unknown): unknown =>
  Object.fromEntries(Object.keys(CatalogServiceService).map((name) => [name, value]));

/** An instance that answers each call with its own port, and can hang. */
interface TestInstance {
  readonly port: number;
  readonly address: string;
  readonly hang: () => void;
  /** Number of calls that it has left unanswered. */
  readonly waiting: () => number;
  /** Answers what it has left unanswered, and all later calls. */
  readonly resume: () => void;
  readonly stop: (drainMs?: number) => Promise<void>;
}

const running: RunningGrpcServer[] = [];
const clients: CatalogServiceClient[] = [];

const startInstance = async (port = 0): Promise<TestInstance> => {
  let held = Promise.resolve();
  let letGo = (): void => undefined;
  let waiting = 0;
  const server: RunningGrpcServer = await startGrpcServer({
    host: '127.0.0.1',
    port,
    serviceName: SERVICE_NAME,
    log: createSilentLogger(),
    service: defineService<CatalogServiceServer, unknown, undefined>({
      definition: CatalogServiceService,
      domain: 'catalog.flashreserve',
      policy: ofEveryMethod('open') as AccessPolicy<CatalogServiceServer, unknown>,
      access: { admit: async () => undefined },
      translateError: () => undefined,
      log: createSilentLogger(),
      handlers: ofEveryMethod(async () => {
        waiting += 1;
        await held;
        waiting -= 1;
        return { products: [], nextPageToken: String(server.port) };
      }) as Handlers<CatalogServiceServer, undefined>,
    }),
  });
  running.push(server);
  return {
    port: server.port,
    address: `[127.0.0.1:${server.port}]`,
    hang: () => {
      held = new Promise((resolve) => {
        letGo = resolve;
      });
    },
    waiting: () => waiting,
    resume: () => {
      letGo();
    },
    stop: server.stop,
  };
};

const startInstances = (count: number): Promise<TestInstance[]> =>
  Promise.all(Array.from({ length: count }, () => startInstance()));

const connect = (
  ports: readonly number[],
  idempotentMethods: readonly string[] = ['ListProducts'],
) => {
  const target = `ipv4:${ports.map((port) => `127.0.0.1:${port}`).join(',')}`;
  const client = createClient(CatalogServiceClient, target, {
    serviceName: SERVICE_NAME,
    idempotentMethods,
  });
  clients.push(client);
  const call = async (
    homeKey?: string,
    timeoutMs = 5_000,
    signal?: AbortSignal,
  ): Promise<number> => {
    const { nextPageToken } = await callUnary(
      client,
      'listProducts',
      { pageSize: 0, pageToken: '', availableOnly: false },
      { deadline: new Date(Date.now() + timeoutMs), homeKey, signal },
    );
    return Number(nextPageToken);
  };
  return {
    call,
    homeOf: homesOf(client).homeOf,
    /** The port that serves each key. */
    serve: () => Promise.all(KEYS.map((key) => call(key))),
  };
};

/** Resolves once `isTrue`, checked after each step. */
const untilTrue = async (isTrue: () => boolean, step: () => Promise<unknown>): Promise<void> => {
  while (!isTrue()) await step();
};

/** A connected client: without all instances, a key's first home may be another. */
const connected = async (
  instances: readonly TestInstance[],
  ports = instances.map(({ port }) => port),
  idempotentMethods?: readonly string[],
) => {
  const subject = connect(ports, idempotentMethods);
  const isComplete = (): boolean => new Set(KEYS.map(subject.homeOf)).size === instances.length;
  await untilTrue(isComplete, () => subject.call());
  return subject;
};

const freePort = async (): Promise<number> => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
};

afterEach(async () => {
  for (const client of clients.splice(0)) client.close();
  await Promise.all(running.splice(0).map((server) => server.stop(0)));
});

describe('the balancer', () => {
  it('each key goes to its home, the same for every client; all instances get keys', async () => {
    const instances = await startInstances(3);
    const one = await connected(instances);
    const other = await connected([...instances].reverse());

    const served = await one.serve();

    expect(await one.serve()).toEqual(served);
    expect(await other.serve()).toEqual(served);
    expect(new Set(served)).toEqual(new Set(instances.map(({ port }) => port)));
    expect(served.map((port) => `[127.0.0.1:${port}]`)).toEqual(KEYS.map(one.homeOf));
  });

  it('a key may contain any characters', async () => {
    const { call } = await connected(await startInstances(2));

    const odd = ['', 'ä', 'a\nb', '\u0000', '🎟'];
    expect(await Promise.all(odd.map((key) => call(key)))).toHaveLength(odd.length);
  });

  it('calls without a key go to each instance in turn', async () => {
    const instances = await startInstances(3);
    const { call } = await connected(instances);

    const served = [];
    for (let round = 0; round < 6; round += 1) served.push(await call());

    expect(served.slice(0, 3).sort()).toEqual(instances.map(({ port }) => port).sort());
    expect(served.slice(3)).toEqual(served.slice(0, 3));
  });

  it('when an instance leaves, only its keys move and no call fails', async () => {
    const instances = await startInstances(3);
    const { call, serve } = await connected(instances);
    const before = await serve();
    const [leaving] = instances;

    const stopped = leaving?.stop(1_000);
    const during = await Promise.all([...Array(5)].map(() => serve()));
    await stopped;
    const after = await serve();

    expect(during.flat().every((port) => port > 0)).toBe(true);
    expect(after).not.toContain(leaving?.port);
    const kept = before.flatMap((port, index) => (port === leaving?.port ? [] : [index]));
    expect(kept.map((index) => after[index])).toEqual(kept.map((index) => before[index]));
    expect(await call()).not.toBe(leaving?.port);
  });

  it('a new instance takes its share once connected, and no call fails meanwhile', async () => {
    const instances = await startInstances(2);
    const known = instances.map(({ port }) => port);
    const port = await freePort();
    const { homeOf, serve } = await connected(instances, [...known, port]);
    const before = await serve();
    expect(before).not.toContain(port);

    const added = await startInstance(port);
    const served: number[] = [];
    await untilTrue(
      () => KEYS.map(homeOf).includes(added.address),
      async () => served.push(...(await serve())),
    );
    const after = await serve();

    expect(served.every((one) => known.includes(one) || one === port)).toBe(true);
    const moved = after.filter((one, index) => one !== before[index]);
    expect(new Set(moved)).toEqual(new Set([port]));
  });

  it('an instance that hangs loses its keys within a second, until it answers again', async () => {
    const instances = await startInstances(3);
    const { call, homeOf, serve } = await connected(instances);
    const before = await serve();
    const [hanging] = instances;
    const isItsKey = (_key: string, index: number): boolean => before[index] === hanging?.port;
    const itsKeys = KEYS.filter(isItsKey);
    const [key = ''] = itsKeys;

    hanging?.hang();
    const hungAt = performance.now();
    const lost = call(key);
    await untilTrue(
      () => homeOf(key) !== hanging?.address,
      () => pause(10),
    );
    expect(performance.now() - hungAt).toBeLessThan(MOVED_WITHIN_MS);
    const moved = await Promise.all(itsKeys.map((one) => call(one)));
    expect(moved).not.toContain(hanging?.port);
    const others = KEYS.filter((one) => !itsKeys.includes(one));
    expect(others.map(homeOf)).toEqual(
      before.filter((port) => port !== hanging?.port).map((port) => `[127.0.0.1:${port}]`),
    );
    expect([await call(), await call(), await call()]).not.toContain(hanging?.port);

    hanging?.resume();
    await untilTrue(
      () => homeOf(key) === hanging?.address,
      () => pause(10),
    );
    expect(await serve()).toEqual(before);
    expect(await lost).not.toBe(hanging?.port);
  });

  it('a hanging instance loses the calls in flight that are safe to retry, and only those', async () => {
    const instances = await startInstances(2);
    const [hanging] = instances;
    const retried = await connected(instances);
    const once = await connected(instances, undefined, []);
    const key = KEYS.find((one) => retried.homeOf(one) === hanging?.address) ?? '';

    hanging?.hang();
    const kept = once.call(key);
    const moved = await retried.call(key);
    hanging?.resume();

    expect(moved).not.toBe(hanging?.port);
    expect(await kept).toBe(hanging?.port);
  });

  it('a call that has moved to another instance can still be cancelled', async () => {
    const instances = await startInstances(2);
    const { call, homeOf } = await connected(instances);
    const [hanging, other] = instances;
    const key = KEYS.find((one) => homeOf(one) === hanging?.address) ?? '';
    const caller = new AbortController();

    hanging?.hang();
    other?.hang();
    const lost = call(key, 5_000, caller.signal);
    await untilTrue(
      () => other?.waiting() === 1,
      () => pause(10),
    );
    caller.abort();

    await expect(lost).rejects.toMatchObject({ reason: 'CANCELLED' });
    hanging?.resume();
    other?.resume();
  });

  it('a hanging instance whose calls have all timed out returns by its health check', async () => {
    const instances = await startInstances(2);
    const { call, homeOf } = await connected(instances);
    const [hanging] = instances;
    const key = KEYS.find((one) => homeOf(one) === hanging?.address) ?? '';

    hanging?.hang();
    await expect(call(key, 100)).rejects.toMatchObject({ kind: 'deadline' });
    const isAway = (): boolean => homeOf(key) !== hanging?.address;
    await untilTrue(isAway, () => pause(10));
    hanging?.resume();
    await untilTrue(
      () => !isAway(),
      () => pause(10),
    );

    expect(await call(key)).toBe(hanging?.port);
  });

  it('when no instance answers, keys stay at home', async () => {
    const instances = await startInstances(2);
    const { call, serve } = await connected(instances);
    const before = await serve();
    for (const instance of instances) instance.hang();

    const late = KEYS.map((key) => call(key));
    await pause(1_500);
    const later = KEYS.map((key) => call(key));
    for (const instance of instances) instance.resume();

    await Promise.all(late);
    expect(await Promise.all(later)).toEqual(before);
  });

  it('what chooses the instance is not sent', async () => {
    const seen: Record<string, unknown>[] = [];
    const server = new Server();
    server.addService(CatalogServiceService, {
      listProducts: ((call, callback) => {
        seen.push(call.metadata.getMap());
        callback(null, { products: [], nextPageToken: '1' });
      }) satisfies handleUnaryCall<unknown, unknown>,
    } as unknown as UntypedServiceImplementation);
    const port = await promisify(server.bindAsync.bind(server))(
      '127.0.0.1:0',
      ServerCredentials.createInsecure(),
    );

    await connect([port]).call('key');
    server.forceShutdown();

    expect(seen).toHaveLength(1);
    expect(Object.keys(seen[0] ?? {}).filter((name) => name.includes('home'))).toEqual([]);
  });
});
