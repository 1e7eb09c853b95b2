import { setTimeout as pause } from 'node:timers/promises';
import { newId } from '@flashreserve/ops';
import { createHealthProbe, type HealthProbe } from '@flashreserve/rpc';
import { eventually } from '../../support/eventually';
import { testStores } from '../../support/stores';
import { startTcpProxy, type TcpProxy } from '../../support/tcp-proxy';
import { type Catalog, given, refusalOf, soundStock, startCatalog } from './catalog-fixture';

let proxy: TcpProxy;
let catalog: Catalog;
let probe: HealthProbe;
beforeAll(async () => {
  const store = new URL(testStores().mongoUri);
  proxy = await startTcpProxy({ host: store.hostname, port: Number(store.port) });
  catalog = await startCatalog({ mongoUri: `mongodb://${proxy.address}/?directConnection=true` });
  probe = createHealthProbe(`127.0.0.1:${given(catalog.apps[0]).port}`);
});
afterEach(() => {
  proxy.setMode('pass');
});
afterAll(async () => {
  probe.close();
  await catalog.stop();
  await proxy.stop();
});

const untilServing = (expected: boolean): Promise<void> =>
  eventually(async () => {
    if ((await probe.isServing(1_000)) !== expected) throw new Error(`Serving is not ${expected}.`);
  }, 20_000);

describe('Catalog during a store outage', () => {
  it('the health status follows the store', async () => {
    await untilServing(true);

    proxy.setMode('refuse');
    await untilServing(false);

    proxy.setMode('pass');
    await untilServing(true);
  });

  it('calls fail with STORE_UNAVAILABLE and work again without a restart', async () => {
    const { productId } = await catalog.newProduct(5);
    const lines = [{ productId, quantity: 1 }];

    proxy.setMode('refuse');
    const refusals = await Promise.all([
      refusalOf(catalog.take({ lines })),
      refusalOf(catalog.restore([newId()])),
      refusalOf(catalog.product(productId)),
      refusalOf(catalog.call('listProducts', { pageSize: 0, pageToken: '', availableOnly: false })),
      refusalOf(catalog.call('auditStock', { pageSize: 0, pageToken: '', productIds: [] })),
      refusalOf(
        catalog.call('adjustStock', { productId, delta: 1, reason: 'count', requestId: '' }),
      ),
    ]);
    for (const refusal of refusals) {
      expect(refusal).toMatchObject({
        kind: 'unavailable',
        reason: 'STORE_UNAVAILABLE',
        domain: 'catalog.flashreserve',
      });
    }

    proxy.setMode('pass');
    await untilServing(true);
    await catalog.take({ lines });
    expect(soundStock(await catalog.audit(productId))).toEqual({ available: 4, held: 1, sold: 0 });
  });

  it('each hold is created once even if store replies are lost at any point', async () => {
    const { productId } = await catalog.newProduct(1_000);
    const ids: string[] = [];

    for (let round = 0; round < 8; round += 1) {
      const batch = Array.from({ length: 10 }, () => newId());
      ids.push(...batch);
      const takes = batch.map((reservationId) =>
        catalog.take({ reservationId, lines: [{ productId, quantity: 1 }] }).catch(() => undefined),
      );
      await pause(round * 2);
      proxy.setMode('hold-replies');
      await pause(20);
      proxy.cut();
      proxy.setMode('pass');
      await Promise.all(takes);
    }
    const repeats = await Promise.all(
      ids.map((reservationId) =>
        eventually(
          () => catalog.take({ reservationId, lines: [{ productId, quantity: 1 }] }),
          20_000,
        ),
      ),
    );

    expect(repeats).toHaveLength(80);
    expect(soundStock(await catalog.audit(productId))).toEqual({
      available: 920,
      held: 80,
      sold: 0,
    });
  });

  it('each hold is released once even if store replies are lost at any point', async () => {
    const { productId } = await catalog.newProduct(80);
    const holds = await Promise.all(
      Array.from({ length: 80 }, () => catalog.take({ lines: [{ productId, quantity: 1 }] })),
    );
    const ids = holds.map(({ hold }) => hold.reservationId);

    for (let round = 0; round < 8; round += 1) {
      const restore = catalog
        .restore(ids.slice(round * 10, round * 10 + 10))
        .catch(() => undefined);
      await pause(round * 2);
      proxy.setMode('hold-replies');
      await pause(20);
      proxy.cut();
      proxy.setMode('pass');
      await restore;
    }
    await eventually(() => catalog.restore(ids), 20_000);

    expect(soundStock(await catalog.audit(productId))).toEqual({ available: 80, held: 0, sold: 0 });
  });
});
