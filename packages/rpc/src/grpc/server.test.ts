import { connect } from 'node:net';
import {
  CatalogServiceClient,
  type CatalogServiceServer,
  CatalogServiceService,
} from '@flashreserve/contracts/catalog';
import { createSilentLogger } from '@flashreserve/ops';
import { credentials, type ServiceError, status } from '@grpc/grpc-js';
import type { AccessControl } from './call-context';
import { type AccessPolicy, defineService, type Handlers } from './define-service';
import { createHealthProbe } from './health-client';
import { type RunningGrpcServer, startGrpcServer } from './server';

const SERVICE_NAME = 'flashreserve.catalog.v1.CatalogService';
const DRAIN_MS = 200;
/** Far longer than a stop takes, far shorter than the test timeout. */
const STOPPED_WITHIN_MS = 5_000;
const REQUEST = { pageSize: 0, pageToken: '', availableOnly: false };

const access: AccessControl<unknown, undefined> = { admit: async () => undefined };
const ofEveryMethod = (value: unknown): unknown =>
  Object.fromEntries(Object.keys(CatalogServiceService).map((name) => [name, value]));

/**
 * A plaintext server whose ListProducts resolves `reached` and then blocks until `letGo` is called.
 */
const start = async (): Promise<{
  readonly server: RunningGrpcServer;
  readonly reached: Promise<void>;
  readonly letGo: () => void;
}> => {
  let enter = (): void => undefined;
  let letGo = (): void => undefined;
  const reached = new Promise<void>((resolve) => {
    enter = resolve;
  });
  const held = new Promise<void>((resolve) => {
    letGo = resolve;
  });
  const server = await startGrpcServer({
    host: '127.0.0.1',
    port: 0,
    serviceName: SERVICE_NAME,
    log: createSilentLogger(),
    service: defineService<CatalogServiceServer, unknown, undefined>({
      definition: CatalogServiceService,
      domain: 'catalog.flashreserve',
      policy: ofEveryMethod('open') as AccessPolicy<CatalogServiceServer, unknown>,
      access,
      translateError: () => undefined,
      log: createSilentLogger(),
      handlers: ofEveryMethod(async () => {
        enter();
        await held;
        return { products: [], nextPageToken: 'end' };
      }) as Handlers<CatalogServiceServer, undefined>,
    }),
  });
  return { server, reached, letGo };
};

const stopOf = async (server: RunningGrpcServer, drainMs = DRAIN_MS): Promise<string> => {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<string>((resolve) => {
    timer = setTimeout(() => resolve('still running'), STOPPED_WITHIN_MS);
  });
  const outcome = await Promise.race([server.stop(drainMs).then(() => 'stopped'), late]);
  clearTimeout(timer);
  return outcome;
};

const listProducts = (client: CatalogServiceClient): Promise<string> =>
  new Promise((resolve) => {
    client.listProducts(REQUEST, (error: ServiceError | null, response) => {
      resolve(error === null ? response.nextPageToken : (status[error.code] ?? 'UNKNOWN'));
    });
  });

const newClient = (port: number): CatalogServiceClient =>
  new CatalogServiceClient(`127.0.0.1:${port}`, credentials.createInsecure());

type Visitor = (port: number) => Promise<{ readonly leave: () => void }>;

/** Connects without sending or reading anything. */
const connectSilently: Visitor = async (port) => {
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => undefined);
  await new Promise((resolve) => socket.once('connect', resolve));
  return { leave: () => socket.destroy() };
};

/** Calls the plaintext server with TLS. */
const callWithTls: Visitor = async (port) => {
  const client = new CatalogServiceClient(`127.0.0.1:${port}`, credentials.createSsl(), {
    'grpc.ssl_target_name_override': 'catalog',
  });
  expect(await listProducts(client)).toBe('UNAVAILABLE');
  return {
    leave: () => {
      client.close();
    },
  };
};

/** For the first call of a client on a busy machine. */
const HEALTH_MS_MAX = 20_000;

const healthOf = async (port: number, service: string): Promise<string> => {
  const probe = createHealthProbe(`127.0.0.1:${port}`);
  try {
    return await probe.check(HEALTH_MS_MAX, service);
  } finally {
    probe.close();
  }
};

describe('a gRPC server', () => {
  it('liveness is SERVING even when readiness is not, so a store outage causes no restart', async () => {
    const { server, letGo } = await start();
    const { port } = server;

    expect(await healthOf(port, '')).toBe('not-serving');
    expect(await healthOf(port, 'liveness')).toBe('serving');
    server.setServing(true);
    expect(await healthOf(port, '')).toBe('serving');
    expect(await healthOf(port, SERVICE_NAME)).toBe('serving');
    server.setServing(false);
    expect(await healthOf(port, SERVICE_NAME)).toBe('not-serving');
    expect(await healthOf(port, 'liveness')).toBe('serving');

    letGo();
    await server.stop(0);
  });
});

describe('a gRPC server that stops', () => {
  it('a stopping gRPC server lets an in-flight call finish', async () => {
    const { server, reached, letGo } = await start();
    const client = newClient(server.port);
    const answer = listProducts(client);
    await reached;

    const stopped = stopOf(server, STOPPED_WITHIN_MS * 2);
    letGo();

    expect(await answer).toBe('end');
    expect(await stopped).toBe('stopped');
    client.close();
  });

  it('a stopping gRPC server aborts a call that outlasts the drain time', async () => {
    const { server, reached, letGo } = await start();
    const client = newClient(server.port);
    const answer = listProducts(client);
    await reached;

    expect(await stopOf(server)).toBe('stopped');

    expect(await answer).toBe('UNAVAILABLE');
    letGo();
    client.close();
  });

  it.each([
    ['calls it with TLS', callWithTls],
    ['connects and stays silent', connectSilently],
  ])('a stop is not delayed by a client that %s', async (_what, visit) => {
    const { server, letGo } = await start();
    const { leave } = await visit(server.port);

    expect(await stopOf(server)).toBe('stopped');

    letGo();
    leave();
  });

  it('a stopped gRPC server releases its port', async () => {
    const { server, letGo } = await start();
    letGo();
    await server.stop();

    const client = newClient(server.port);
    expect(await listProducts(client)).toBe('UNAVAILABLE');
    client.close();
  });
});
