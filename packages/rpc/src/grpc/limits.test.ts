import { type ClientHttp2Session, connect as connectHttp2 } from 'node:http2';
import { connect, type Socket } from 'node:net';
import {
  CatalogServiceClient,
  type CatalogServiceServer,
  CatalogServiceService,
} from '@flashreserve/contracts/catalog';
import { createSilentLogger } from '@flashreserve/ops';
import { credentials, Metadata, type ServiceError, status } from '@grpc/grpc-js';
import type { AccessControl } from './call-context';
import { type AccessPolicy, defineService, type Handlers } from './define-service';
import { createHealthProbe } from './health-client';
import { GRPC_SERVER_LIMITS, type GrpcServerLimits } from './limits';
import { fromServiceError } from './rich-status';
import { type RunningGrpcServer, startGrpcServer } from './server';

const access: AccessControl<unknown, undefined> = { admit: async () => undefined };
const ofEveryMethod = (value: unknown): unknown =>
  Object.fromEntries(Object.keys(CatalogServiceService).map((name) => [name, value]));

let server: RunningGrpcServer | undefined;
let client: CatalogServiceClient | undefined;
/** Release functions of the calls that wait in the handler. */
let waiting: (() => void)[] = [];

afterEach(async () => {
  for (const letGo of waiting) letGo();
  waiting = [];
  client?.close();
  await server?.stop(100);
});

/**
 * Starts a server whose ListProducts waits and whose GetProduct returns as many bytes as its id
 * says.
 */
const start = async (limits: Partial<GrpcServerLimits> = {}): Promise<CatalogServiceClient> => {
  server = await startGrpcServer({
    host: '127.0.0.1',
    port: 0,
    serviceName: 'flashreserve.catalog.v1.CatalogService',
    reflection: true,
    log: createSilentLogger(),
    limits,
    service: defineService<CatalogServiceServer, unknown, undefined>({
      definition: CatalogServiceService,
      domain: 'catalog.flashreserve',
      policy: ofEveryMethod('open') as AccessPolicy<CatalogServiceServer, unknown>,
      access,
      translateError: () => undefined,
      log: createSilentLogger(),
      handlers: {
        ...(ofEveryMethod(() => Promise.reject(new Error('unused'))) as Handlers<
          CatalogServiceServer,
          undefined
        >),
        getProduct: async ({ productId }) => ({
          product: {
            productId,
            name: 'x'.repeat(Number(productId)),
            description: '',
            availableUnits: 0,
            heldUnits: 0,
            soldUnits: 0,
            writtenOffUnits: 0,
            revision: 1,
          },
        }),
        listProducts: () =>
          new Promise((resolve) => {
            waiting.push(() => {
              resolve({ products: [], nextPageToken: '' });
            });
          }),
      },
    }),
  });
  client = new CatalogServiceClient(`127.0.0.1:${server.port}`, credentials.createInsecure());
  return client;
};

const outcome = (
  catalog: CatalogServiceClient,
  productId: string,
  metadata: Metadata,
): Promise<ServiceError | undefined> =>
  new Promise((resolve) => {
    const options = { deadline: Date.now() + 5_000 };
    catalog.getProduct({ productId }, metadata, options, (error) => {
      resolve(error ?? undefined);
    });
  });

describe('a gRPC server', () => {
  it('a gRPC request over the size limit gets RESOURCE_EXHAUSTED', async () => {
    const catalog = await start();
    const productId = '0'.repeat(GRPC_SERVER_LIMITS.receivedMessageBytesMax);
    expect((await outcome(catalog, productId, new Metadata()))?.code).toBe(
      status.RESOURCE_EXHAUSTED,
    );
    expect(await outcome(catalog, '1', new Metadata())).toBeUndefined();
  });

  it('a gRPC response over the size limit is not sent', async () => {
    const catalog = await start({ sentMessageBytesMax: 1_000 });
    expect((await outcome(catalog, '2000', new Metadata()))?.code).toBe(status.RESOURCE_EXHAUSTED);
  });

  it('metadata over the size limit gets METADATA_TOO_LARGE', async () => {
    const catalog = await start();
    const metadata = new Metadata();
    metadata.set('x-large', 'y'.repeat(GRPC_SERVER_LIMITS.metadataBytesMax));
    const error = await outcome(catalog, '1', metadata);
    expect(error?.code).toBe(status.INVALID_ARGUMENT);
    expect(error && fromServiceError(error).reason).toBe('METADATA_TOO_LARGE');
  });

  it('one connection has at most concurrentStreamsMax calls in progress', async () => {
    const catalog = await start({ concurrentStreamsMax: 3 });
    const request = { pageSize: 0, pageToken: '', availableOnly: false };
    const calls = Array.from(
      { length: 5 },
      () =>
        new Promise<void>((resolve, reject) => {
          catalog.listProducts(request, (error) => {
            if (error) reject(error);
            else resolve();
          });
        }),
    );
    while (waiting.length < 3) await new Promise((resolve) => setTimeout(resolve, 5));
    const settings = connectHttp2(`http://127.0.0.1:${server?.port}`);
    const told = await new Promise<number | undefined>((resolve) => {
      settings.once('remoteSettings', ({ maxConcurrentStreams }) => {
        resolve(maxConcurrentStreams);
      });
    });
    settings.destroy();
    expect([waiting.length, told]).toEqual([3, 3]);
    while (waiting.length > 0) {
      waiting.shift()?.();
      await new Promise((resolve) => setImmediate(resolve));
    }
    const rest = setInterval(() => waiting.shift()?.(), 5);
    await Promise.all(calls);
    clearInterval(rest);
  });

  it('a connection whose client answers no keepalive ping is closed', async () => {
    await start({ keepaliveTimeMs: 50, keepaliveTimeoutMs: 50 });
    // Sends only the HTTP/2 preface and empty settings, then reads without answering any ping.
    const socket = connect({ host: '127.0.0.1', port: server?.port ?? 0 });
    socket.on('error', () => undefined);
    socket.resume();
    socket.write('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n');
    socket.write(Buffer.from([0, 0, 0, 4, 0, 0, 0, 0, 0]));
    await new Promise((resolve) => socket.once('close', resolve));
    expect(socket.destroyed).toBe(true);
  });

  it('connections are closed at their maximum age, so that clients discover new instances', async () => {
    await start({ connectionAgeMaxMs: 50, connectionAgeGraceMs: 50 });
    const session = connectHttp2(`http://127.0.0.1:${server?.port}`);
    await new Promise((resolve) => session.once('goaway', resolve));
    session.destroy();
    expect(session.destroyed).toBe(true);
  });
});

describe('a gRPC server at its connection limit', () => {
  const SERVICE = '/flashreserve.catalog.v1.CatalogService';
  /** An empty message, framed. */
  const EMPTY = Buffer.alloc(5);
  const sessions: ClientHttp2Session[] = [];
  const sockets: Socket[] = [];
  afterEach(() => {
    for (const session of sessions.splice(0)) session.destroy();
    for (const socket of sockets.splice(0)) socket.destroy();
  });

  const until = async (isTrue: () => boolean): Promise<void> => {
    while (!isTrue()) await new Promise((resolve) => setTimeout(resolve, 5));
  };
  /** A separate connection that the server has accepted. */
  const open = async (): Promise<ClientHttp2Session> => {
    const session = connectHttp2(`http://127.0.0.1:${server?.port}`);
    sessions.push(session);
    session.on('error', () => undefined);
    await new Promise((resolve) => session.once('remoteSettings', resolve));
    return session;
  };
  const begin = (session: ClientHttp2Session, path: string) => {
    const stream = session.request({
      ':method': 'POST',
      ':path': path,
      'content-type': 'application/grpc',
      te: 'trailers',
    });
    stream.on('error', () => undefined);
    return stream;
  };
  /** Calls the method that waits until it is released. */
  const openBusy = async (): Promise<ClientHttp2Session> => {
    const session = await open();
    const before = waiting.length;
    begin(session, `${SERVICE}/ListProducts`).end(EMPTY);
    await until(() => waiting.length > before);
    return session;
  };
  const health = async (): Promise<string> => {
    const probe = createHealthProbe(`127.0.0.1:${server?.port}`);
    try {
      return await probe.check(5_000, 'liveness');
    } finally {
      probe.close();
    }
  };

  it('at the connection limit the connection that has been idle longest is closed, never one with a call in progress', async () => {
    await start({ connectionsMax: 3 });
    const busy = await openBusy();
    const [older, newer] = [await open(), await open()];
    const next = await open();
    await until(() => older.closed);
    expect([busy, newer, next].map(({ closed }) => closed)).toEqual([false, false, false]);
  });

  it('a connection counts as idle from the end of its last call', async () => {
    await start({ connectionsMax: 2 });
    const first = await openBusy();
    const second = await open();
    waiting.shift()?.();
    // Replied on the same connection, so after the end of the call.
    await new Promise((resolve) => first.ping(() => resolve(undefined)));
    await open();
    await until(() => second.closed);
    expect(first.closed).toBe(false);
    await open();
    await until(() => first.closed);
    expect(first.closed).toBe(true);
  });

  it('at the connection limit a new connection is refused while all others have calls in progress', async () => {
    await start({ connectionsMax: 2 });
    const [first, second] = [await openBusy(), await openBusy()];
    const refused = connect({ host: '127.0.0.1', port: server?.port ?? 0 });
    refused.on('error', () => undefined);
    await new Promise((resolve) => refused.once('close', resolve));
    expect([first.closed, second.closed]).toEqual([false, false]);
    first.destroy();
    // Retries until it is accepted.
    while ((await health()) !== 'serving') await new Promise((resolve) => setTimeout(resolve, 5));
    expect(second.closed).toBe(false);
  });

  it('health probes are answered even if unauthenticated clients use up the connections', async () => {
    const HELD = 6;
    await start({ connectionsMax: HELD });
    for (let count = 0; count < 2; count += 1) {
      // Never sends anything.
      const socket = connect({ host: '127.0.0.1', port: server?.port ?? 0 });
      sockets.push(socket);
      await new Promise((resolve) => socket.once('connect', resolve));
      // Never finishes its request.
      begin(await open(), `${SERVICE}/ListProducts`);
      // A health `Watch` stream, which does not end by itself.
      const watch = begin(await open(), '/grpc.health.v1.Health/Watch');
      watch.end(EMPTY);
      await new Promise((resolve) => watch.once('data', resolve));
    }
    expect(await health()).toBe('serving');
  });

  it('a connection that never speaks HTTP/2 is closed', async () => {
    await start({ keepaliveTimeMs: 50, keepaliveTimeoutMs: 50 });
    const socket = connect({ host: '127.0.0.1', port: server?.port ?? 0 });
    sockets.push(socket);
    socket.on('error', () => undefined);
    socket.resume();
    await new Promise((resolve) => socket.once('close', resolve));
    expect(socket.destroyed).toBe(true);
  });
});
