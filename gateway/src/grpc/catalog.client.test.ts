import { CatalogServiceService } from '@flashreserve/contracts/catalog';
import { DomainError, toGrpcFailure } from '@flashreserve/rpc';
import { Server, ServerCredentials, type UntypedServiceImplementation } from '@grpc/grpc-js';
import { type CatalogApi, createCatalogApi } from './catalog.client';

let server: Server;
let catalog: CatalogApi;
let refusal: DomainError;

beforeAll(async () => {
  server = new Server();
  const refuse = (_call: unknown, callback: (error: object) => void): void => {
    callback(toGrpcFailure(refusal, 'catalog.flashreserve'));
  };
  server.addService(CatalogServiceService, {
    getProduct: refuse,
    listProducts: refuse,
    updateProduct: refuse,
  } as unknown as UntypedServiceImplementation);
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) => {
      if (error) reject(error);
      else resolve(bound);
    });
  });
  catalog = createCatalogApi(`127.0.0.1:${port}`);
});
afterAll(() => {
  catalog.close();
  server.forceShutdown();
});

const refuseWith = (kind: DomainError['kind'], reason: string): void => {
  refusal = new DomainError({ kind, reason, message: 'No.' });
};
const call = (onTokenRefused?: () => void) => ({
  token: 't',
  deadline: new Date(Date.now() + 5_000),
  ...(onTokenRefused && { onTokenRefused }),
});

describe('calls to catalog with the gateway’s own token', () => {
  it("a rejected token of the gateway does not become the visitor's error, and the token is replaced", async () => {
    refuseWith('unauthenticated', 'TOKEN_INVALID');
    let refused = 0;
    const options = call(() => {
      refused += 1;
    });
    const query = { pageSize: 0, pageToken: '', availableOnly: false };

    for (const asked of [catalog.getProduct('p', options), catalog.listProducts(query, options)]) {
      await expect(asked).rejects.toMatchObject({
        kind: 'unavailable',
        reason: 'CATALOG_UNAVAILABLE',
      });
    }
    expect(refused).toBe(2);
  });

  it("catalog's responses and errors are passed through", async () => {
    refuseWith('not-found', 'PRODUCT_NOT_FOUND');

    await expect(catalog.getProduct('p', call())).rejects.toMatchObject({
      reason: 'PRODUCT_NOT_FOUND',
    });
  });
});
