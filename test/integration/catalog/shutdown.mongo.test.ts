import { newId } from '@flashreserve/ops';
import { createHealthProbe } from '@flashreserve/rpc';
import { Metadata, type ServiceError } from '@grpc/grpc-js';
import { type Catalog, given, inMs, soundStock, startCatalog } from './catalog-fixture';

let catalog: Catalog;
beforeAll(async () => {
  // Each test stops one instance; the last one remains for verification.
  catalog = await startCatalog({ instances: 3 });
});
afterAll(() => catalog.stop());

const LAST = 2;

describe('A catalog instance that stops', () => {
  it('accepted writes are finished, so that every response is true', async () => {
    const { productId } = await catalog.newProduct(1_000);
    const ids = Array.from({ length: 200 }, () => newId());
    const calls = ids.map((reservationId) =>
      catalog.take({ reservationId, lines: [{ productId, quantity: 1 }] }).then(
        () => true,
        () => false,
      ),
    );
    await calls[0];

    await given(catalog.apps[0]).stop();

    const answered = (await Promise.all(calls)).filter(Boolean).length;
    const afterwards = await Promise.all(
      ids.map((reservationId) =>
        catalog.take({ reservationId, lines: [{ productId, quantity: 1 }] }, { instance: LAST }),
      ),
    );
    const madeBefore = afterwards.filter(({ replayed }) => replayed).length;
    expect(answered).toBeGreaterThan(0);
    expect(madeBefore).toBeGreaterThanOrEqual(answered);
    expect(soundStock(await catalog.audit(productId, { instance: LAST })).held).toBe(200);
  });

  it('open watches end with SHUTTING_DOWN', async () => {
    const { productId } = await catalog.newProduct(5, { instance: LAST });
    const metadata = new Metadata();
    metadata.set('authorization', `Bearer ${catalog.auth.serviceToken('gateway')}`);
    const stream = given(catalog.clients[1]).watchStock({ productIds: [productId] }, metadata, {
      deadline: inMs(30_000),
    });
    const ended = new Promise<ServiceError>((resolve) => stream.on('error', resolve));
    await new Promise((resolve) => stream.once('data', resolve));

    const stopping = given(catalog.apps[1]).stop();

    expect((await ended).details).toBe('This instance is shutting down.');
    await stopping;
    const probe = createHealthProbe(`127.0.0.1:${given(catalog.apps[1]).port}`);
    expect(await probe.isServing(1_000)).toBe(false);
    probe.close();
  });
});
