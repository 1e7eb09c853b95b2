import { connect as connectHttp2 } from 'node:http2';
import { connect } from 'node:net';
import {
  CatalogServiceClient,
  type CatalogServiceServer,
  CatalogServiceService,
} from '@flashreserve/contracts/catalog';
import { credentials, Metadata, type ServiceError, status } from '@grpc/grpc-js';
import type { TokenVerifier } from '../identity';
import { createSilentLogger } from '../logging';
import { type AccessPolicy, defineService, type Handlers } from './define-service';
import { GRPC_SERVER_LIMITS, type GrpcServerLimits } from './limits';
import { fromServiceError } from './rich-status';
import { type RunningGrpcServer, startGrpcServer } from './server';

const verifier: TokenVerifier = {
  authenticate: async () => ({ kind: 'service', clientId: 'test', token: 'service' }),
  confirmSession: async () => undefined,
};
const ofEveryMethod = (value: unknown): unknown =>
  Object.fromEntries(Object.keys(CatalogServiceService).map((name) => [name, value]));

let server: RunningGrpcServer | undefined;
let client: CatalogServiceClient | undefined;
/** Calls that have reached the handler and wait to be let go. */
let waiting: (() => void)[] = [];

afterEach(async () => {
  for (const letGo of waiting) letGo();
  waiting = [];
  client?.close();
  await server?.stop(100);
});

/** Starts a server whose ListProducts waits, and whose GetProduct answers with as many bytes as its id says. */
const start = async (limits: Partial<GrpcServerLimits> = {}): Promise<CatalogServiceClient> => {
  server = await startGrpcServer({
    host: '127.0.0.1',
    port: 0,
    serviceName: 'flashreserve.catalog.v1.CatalogService',
    reflection: true,
    log: createSilentLogger(),
    limits,
    service: defineService<CatalogServiceServer>({
      definition: CatalogServiceService,
      domain: 'catalog.flashreserve',
      policy: ofEveryMethod('open') as AccessPolicy<CatalogServiceServer>,
      verifier,
      translateError: () => undefined,
      log: createSilentLogger(),
      handlers: {
        ...(ofEveryMethod(() =>
          Promise.reject(new Error('unused')),
        ) as Handlers<CatalogServiceServer>),
        getProduct: async ({ productId }) => ({
          product: {
            productId,
            name: 'x'.repeat(Number(productId)),
            description: '',
            availableUnits: 0,
            heldUnits: 0,
            soldUnits: 0,
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
  it('refuses a larger request than it takes with RESOURCE_EXHAUSTED', async () => {
    const catalog = await start();
    const productId = '0'.repeat(GRPC_SERVER_LIMITS.receivedMessageBytesMax);
    expect((await outcome(catalog, productId, new Metadata()))?.code).toBe(
      status.RESOURCE_EXHAUSTED,
    );
    expect(await outcome(catalog, '1', new Metadata())).toBeUndefined();
  });

  it('sends no larger answer than it should', async () => {
    const catalog = await start({ sentMessageBytesMax: 1_000 });
    expect((await outcome(catalog, '2000', new Metadata()))?.code).toBe(status.RESOURCE_EXHAUSTED);
  });

  it('refuses larger metadata than it takes, and says why', async () => {
    const catalog = await start();
    const metadata = new Metadata();
    metadata.set('x-large', 'y'.repeat(GRPC_SERVER_LIMITS.metadataBytesMax));
    const error = await outcome(catalog, '1', metadata);
    expect(error?.code).toBe(status.INVALID_ARGUMENT);
    expect(error && fromServiceError(error).reason).toBe('METADATA_TOO_LARGE');
  });

  it('works on no more calls of one connection at a time than it takes', async () => {
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
    // An answered call of the same connection shows that the two others would have had their turn.
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

  it('ends a connection whose client gives no sign of life', async () => {
    await start({ keepaliveTimeMs: 50, keepaliveTimeoutMs: 50 });
    // Speaks HTTP/2 as far as the preface and empty settings, and then reads without ever answering a ping.
    const socket = connect({ host: '127.0.0.1', port: server?.port ?? 0 });
    socket.on('error', () => undefined);
    socket.resume();
    socket.write('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n');
    socket.write(Buffer.from([0, 0, 0, 4, 0, 0, 0, 0, 0]));
    await new Promise((resolve) => socket.once('close', resolve));
    expect(socket.destroyed).toBe(true);
  });

  it('ends every connection at its age, so that clients find new instances', async () => {
    await start({ connectionAgeMaxMs: 50, connectionAgeGraceMs: 50 });
    const session = connectHttp2(`http://127.0.0.1:${server?.port}`);
    await new Promise((resolve) => session.once('goaway', resolve));
    session.destroy();
    expect(session.destroyed).toBe(true);
  });
});
