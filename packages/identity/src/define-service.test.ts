import {
  CatalogServiceClient,
  type CatalogServiceServer,
  CatalogServiceService,
  type WatchStockResponse,
} from '@flashreserve/contracts/catalog';
import { createSilentLogger } from '@flashreserve/ops';
import {
  callUnary,
  DomainError,
  fromServiceError,
  type RunningGrpcServer,
  startGrpcServer,
} from '@flashreserve/rpc';
import { Client, credentials, Metadata, type ServiceError, status } from '@grpc/grpc-js';
import { type AccessPolicy, defineService, type Handlers } from './define-service';
import type { Principal } from './principal';
import type { TokenVerifier } from './token-verifier';

const service: Principal = { kind: 'service', clientId: 'test', token: 'service' };
const verifier: Pick<TokenVerifier, 'authenticate' | 'confirmSession'> = {
  authenticate: async (authorization) =>
    authorization === 'Bearer service' ? service : { kind: 'anonymous' },
  confirmSession: async () => undefined,
};
const deadline = (ms = 5_000): Date => new Date(Date.now() + ms);

const answers = Object.fromEntries(
  Object.keys(CatalogServiceService).map((name) => [
    name,
    () => Promise.reject(new Error(`secret of ${name}`)),
  ]),
) as unknown as Handlers<CatalogServiceServer>;
const everyoneKnown = Object.fromEntries(
  Object.keys(CatalogServiceService).map((name) => [name, { users: 'any', services: 'any' }]),
) as unknown as AccessPolicy<CatalogServiceServer>;

let server: RunningGrpcServer;
let client: CatalogServiceClient;
let seen: { readonly requestId: string; readonly deadline: Date } | undefined;

beforeAll(async () => {
  server = await startGrpcServer({
    host: '127.0.0.1',
    port: 0,
    serviceName: 'flashreserve.catalog.v1.CatalogService',
    reflection: true,
    log: createSilentLogger(),
    service: defineService<CatalogServiceServer>({
      definition: CatalogServiceService,
      domain: 'catalog.flashreserve',
      policy: { ...everyoneKnown, decrementStock: { services: ['reservation'] } },
      verifier,
      translateError: () => undefined,
      log: createSilentLogger(),
      handlers: {
        ...answers,
        getProduct: async (_request, context) => {
          seen = context;
          throw new DomainError({
            kind: 'not-found',
            reason: 'PRODUCT_NOT_FOUND',
            message: 'No such product.',
          });
        },
        listProducts: () => new Promise(() => undefined),
        watchStock: async function* () {
          for (let units = 3; units > 0; units -= 1) {
            yield { productId: 'p', availableUnits: units, heldUnits: 0, soldUnits: 0 };
          }
        },
      },
    }),
  });
  server.setServing(true);
  client = new CatalogServiceClient(`127.0.0.1:${server.port}`, credentials.createInsecure());
});

afterAll(async () => {
  client.close();
  await server.stop(100);
});

describe('a service made by defineService', () => {
  it('a domain error keeps its status and reason; the handler gets request id and deadline', async () => {
    const until = deadline();

    const call = callUnary(
      client,
      'getProduct',
      { productId: 'p' },
      { deadline: until, token: 'service', requestId: 'r-7' },
    );

    await expect(call).rejects.toMatchObject({
      kind: 'not-found',
      reason: 'PRODUCT_NOT_FOUND',
      domain: 'catalog.flashreserve',
    });
    expect(seen?.requestId).toBe('r-7');
    expect(Math.abs((seen?.deadline.getTime() ?? 0) - until.getTime())).toBeLessThan(1_000);
  });

  it('an unexpected error is answered at once, without its details', async () => {
    const call = callUnary(
      client,
      'auditStock',
      { pageSize: 0, pageToken: '', productIds: [] },
      { deadline: deadline(), token: 'service' },
    );

    await expect(call).rejects.toMatchObject({
      kind: 'internal',
      reason: 'INTERNAL',
      message: 'Internal error.',
    });
  });

  it('a caller without a token is rejected', async () => {
    const request = { reservationId: '', customerId: '', lines: [] };

    await expect(
      callUnary(client, 'getProduct', { productId: 'p' }, { deadline: deadline() }),
    ).rejects.toMatchObject({ reason: 'TOKEN_MISSING' });
    await expect(
      callUnary(client, 'decrementStock', request, { deadline: deadline() }),
    ).rejects.toMatchObject({ reason: 'TOKEN_MISSING' });
  });

  it('a service that the method does not allow is rejected', async () => {
    const request = { reservationId: '', customerId: '', lines: [] };
    const options = { deadline: deadline(), token: 'service' };

    await expect(callUnary(client, 'decrementStock', request, options)).rejects.toMatchObject({
      kind: 'forbidden',
      reason: 'SERVICE_NOT_ALLOWED',
    });
  });

  it('onTokenRefused is called only when the token is rejected', async () => {
    const refused: string[] = [];
    const call = async (token: string): Promise<void> => {
      const onTokenRefused = (): void => {
        refused.push(token);
      };
      const options = { deadline: deadline(), token, onTokenRefused };
      await callUnary(client, 'getProduct', { productId: 'p' }, options).catch(() => undefined);
    };

    await call('service');
    await call('of a withdrawn key');

    expect(refused).toEqual(['of a withdrawn key']);
  });

  it('a request that cannot be decoded gets INVALID_ARGUMENT', async () => {
    const raw = new Client(`127.0.0.1:${server.port}`, credentials.createInsecure());
    const metadata = new Metadata();
    metadata.set('authorization', 'Bearer service');
    const error = await new Promise<ServiceError | null>((resolve) => {
      raw.makeUnaryRequest(
        '/flashreserve.catalog.v1.CatalogService/GetProduct',
        (bytes: Buffer) => bytes,
        (bytes) => bytes,
        Buffer.from([0xff, 0xff, 0xff]),
        metadata,
        resolve,
      );
    });
    raw.close();

    expect(error?.code).toBe(status.INVALID_ARGUMENT);
    expect(error && fromServiceError(error).reason).toBe('INVALID_REQUEST');
  });

  it('a call whose handler hangs fails at its deadline', async () => {
    const call = callUnary(
      client,
      'listProducts',
      { pageSize: 0, pageToken: '', availableOnly: false },
      { deadline: deadline(100), token: 'service' },
    );

    await expect(call).rejects.toMatchObject({ kind: 'deadline' });
  });

  it('a stream sends every value and then ends', async () => {
    const metadata = new Metadata();
    metadata.set('authorization', 'Bearer service');
    const values: WatchStockResponse[] = [];
    for await (const value of client.watchStock({ productIds: ['p'] }, metadata))
      values.push(value as WatchStockResponse);

    expect(values.map(({ availableUnits }) => availableUnits)).toEqual([3, 2, 1]);
  });
});
