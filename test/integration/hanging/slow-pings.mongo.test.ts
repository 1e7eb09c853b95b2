import { type MongoProxy, startMongoProxy } from '../../support/mongo-proxy';
import { testStores } from '../../support/stores';
import { type Catalog, startCatalog } from '../catalog/catalog-fixture';

// Goal: on an overloaded machine the pings that readiness follows may get no reply for long while
// other commands get theirs. Those must not be interrupted by a new connection.

/** The client is forced to reconnect after 4 s of silence. */
const SILENCE_MS = 7_000;

let proxy: MongoProxy;
let catalog: Catalog;

beforeAll(async () => {
  proxy = await startMongoProxy(testStores().mongoUri);
  catalog = await startCatalog({ mongoUri: proxy.uri });
});
afterAll(async () => {
  await catalog.stop();
  await proxy.stop();
});

it('pings without a reply do not interrupt commands that are answered', async () => {
  const { productId } = await catalog.newProduct(10);
  proxy.swallow('ping');
  const endsAt = Date.now() + SILENCE_MS;
  const readUntilEnd = async (): Promise<readonly string[]> => {
    const refusals: string[] = [];
    while (Date.now() < endsAt) {
      await catalog.call('getProduct', { productId }).catch((error: unknown) => {
        refusals.push(String(error));
      });
    }
    return refusals;
  };

  const refusals = await Promise.all(Array.from({ length: 8 }, readUntilEnd));

  expect(proxy.swallowed()).toBeGreaterThan(2);
  expect(refusals.flat()).toEqual([]);
});
