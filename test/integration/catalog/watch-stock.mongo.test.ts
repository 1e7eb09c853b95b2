import { CatalogServiceClient, type WatchStockResponse } from '@flashreserve/contracts/catalog';
import { newId } from '@flashreserve/ops';
import { type DomainError, fromServiceError } from '@flashreserve/rpc';
import { credentials, Metadata, type ServiceError } from '@grpc/grpc-js';
import { eventually } from '../../support/eventually';
import { type Catalog, given, inMs, startCatalog } from './catalog-fixture';

let catalog: Catalog;
beforeAll(async () => {
  catalog = await startCatalog({ instances: 2 });
});
afterAll(() => catalog.stop());

interface Watch {
  readonly values: readonly WatchStockResponse[];
  /** Available units, in order of arrival. */
  readonly available: () => readonly number[];
  /** Resolves with undefined at the first value, or with the error that came first. */
  readonly started: Promise<DomainError | undefined>;
  /** Resolves with the error that ended the watch, or undefined if it ended without one. */
  readonly ended: Promise<DomainError | undefined>;
  readonly cancel: () => void;
}

const watch = (
  productIds: readonly string[],
  options: {
    readonly client?: CatalogServiceClient;
    readonly token?: string;
    readonly deadline?: Date;
  } = {},
): Watch => {
  const metadata = new Metadata();
  metadata.set('authorization', `Bearer ${options.token ?? catalog.auth.userToken(newId())}`);
  const stream = (options.client ?? given(catalog.clients[0])).watchStock(
    { productIds: [...productIds] },
    metadata,
    { deadline: options.deadline ?? inMs(30_000) },
  );
  const values: WatchStockResponse[] = [];
  stream.on('data', (value: WatchStockResponse) => values.push(value));
  const ended = new Promise<DomainError | undefined>((resolve) => {
    stream.on('end', () => resolve(undefined));
    stream.on('error', (error: ServiceError) => resolve(fromServiceError(error)));
  });
  const firstValue = new Promise<undefined>((resolve) => {
    stream.once('data', () => resolve(undefined));
  });
  return {
    values,
    available: () => values.map(({ availableUnits }) => availableUnits),
    started: Promise.race([firstValue, ended]),
    ended,
    cancel: () => stream.cancel(),
  };
};

/** A client with a separate connection, because a connection has a limit of streams. */
const connectAlone = (port: number): CatalogServiceClient =>
  new CatalogServiceClient(`127.0.0.1:${port}`, credentials.createInsecure(), {
    'grpc.use_local_subchannel_pool': 1,
  });

const until = (condition: () => boolean): Promise<void> =>
  eventually(async () => {
    if (!condition()) throw new Error('The condition does not hold yet.');
  }, 10_000);

const takeOne = (productId: string, instance = 0) =>
  catalog.take({ lines: [{ productId, quantity: 1 }] }, { instance });

describe('WatchStock', () => {
  it('a watch sends the current value of each product first, then every change', async () => {
    const [a, b] = [await catalog.newProduct(5), await catalog.newProduct(3)];
    const watched = watch([a.productId, b.productId, a.productId]);
    await until(() => watched.values.length === 2);

    expect(watched.values).toEqual(
      expect.arrayContaining([
        expect.objectContaining({
          productId: a.productId,
          availableUnits: 5,
          heldUnits: 0,
          soldUnits: 0,
          observeTime: expect.any(Date),
        }),
        expect.objectContaining({ productId: b.productId, availableUnits: 3 }),
      ]),
    );

    const { hold } = await takeOne(a.productId);
    await until(() => watched.values.length === 3);
    expect(watched.values.at(-1)).toMatchObject({
      productId: a.productId,
      availableUnits: 4,
      heldUnits: 1,
    });

    await catalog.commit([hold.reservationId]);
    await until(() => watched.values.length === 4);
    expect(watched.values.at(-1)).toMatchObject({ heldUnits: 0, soldUnits: 1 });
    watched.cancel();
  });

  it('a watch sees the sales of other instances', async () => {
    const { productId } = await catalog.newProduct(5);
    const watched = watch([productId]);
    await until(() => watched.values.length === 1);

    await takeOne(productId, 1);

    await until(() => watched.available().at(-1) === 4);
    watched.cancel();
  });

  it('every watcher of a product gets its changes', async () => {
    const { productId } = await catalog.newProduct(5);
    const watches = Array.from({ length: 20 }, () => watch([productId]));
    await until(() => watches.every(({ values }) => values.length === 1));

    await takeOne(productId);

    await until(() => watches.every(({ available }) => available().at(-1) === 4));
    for (const { cancel } of watches) cancel();
  });

  it('a watch sends at most 10 values per second per product, and always the last one', async () => {
    const { productId } = await catalog.newProduct(1_000);
    const watched = watch([productId]);
    await until(() => watched.values.length === 1);

    const start = Date.now();
    while (Date.now() - start < 1_500) await takeOne(productId);
    const { availableUnits } = await catalog.product(productId);
    await until(() => watched.available().at(-1) === availableUnits);

    const seconds = (Date.now() - start) / 1_000;
    expect(watched.values.length - 1).toBeLessThanOrEqual(Math.ceil(seconds * 10) + 1);
    watched.cancel();
  });

  it('a watch sends nothing while nothing changes', async () => {
    const [quiet, busy] = [await catalog.newProduct(5), await catalog.newProduct(5)];
    const watched = watch([quiet.productId]);
    const witness = watch([busy.productId]);
    await until(() => watched.values.length === 1);

    for (let left = 4; left >= 2; left -= 1) {
      await takeOne(busy.productId);
      await until(() => witness.available().at(-1) === left);
    }

    expect(watched.values).toHaveLength(1);
    watched.cancel();
    witness.cancel();
  });

  it('an unknown product is named in the error', async () => {
    const { productId } = await catalog.newProduct(5);
    const unknown = newId();

    expect(await watch([productId, unknown]).ended).toMatchObject({
      kind: 'not-found',
      reason: 'PRODUCT_NOT_FOUND',
      domain: 'catalog.flashreserve',
      metadata: { productId: unknown },
    });
  });

  it.each([
    ['no products', 'product_ids', []],
    ['101 products', 'product_ids', Array.from({ length: 101 }, newId)],
    ['an id that is not a UUID', 'product_ids[0]', ['x']],
  ])('a watch of %s is refused', async (_name, field, productIds) => {
    expect(await watch(productIds).ended).toMatchObject({
      reason: 'INVALID_REQUEST',
      fieldViolations: [expect.objectContaining({ field })],
    });
  });

  it('a watch ends at the deadline of its call', async () => {
    const { productId } = await catalog.newProduct(5);

    const watched = watch([productId], { deadline: inMs(1_500) });

    expect((await watched.ended)?.kind).toBe('deadline');
    expect(watched.values).toHaveLength(1);
  });

  it('a watch ends when its token expires', async () => {
    const { productId } = await catalog.newProduct(5);
    const token = catalog.auth.userToken(newId(), 'CUSTOMER', { expiresInSeconds: 3 });

    const watched = watch([productId], { token });

    expect(await watched.ended).toMatchObject({
      kind: 'unauthenticated',
      reason: 'TOKEN_EXPIRED',
    });
    expect(watched.values).toHaveLength(1);
  });

  it('a user at its own limit gets WATCHES_LIMITED, and others can still watch', async () => {
    const { productId } = await catalog.newProduct(5);
    const token = catalog.auth.userToken(newId());
    const watches = Array.from({ length: 10 }, () => watch([productId], { token }));
    await until(() => watches.every(({ values }) => values.length === 1));

    expect(await watch([productId], { token }).ended).toMatchObject({
      kind: 'exhausted',
      reason: 'WATCHES_LIMITED',
      metadata: expect.objectContaining({ limit: '10' }),
    });
    const other = watch([productId]);
    expect(await other.started).toBeUndefined();
    for (const { cancel } of [...watches, other]) cancel();
  });

  it('an instance serves 1,000 user streams, refuses the next, and reuses released slots', async () => {
    const { productId } = await catalog.newProduct(5);
    const clients = Array.from({ length: 4 }, () => connectAlone(given(catalog.apps[0]).port));
    const watches = Array.from({ length: 1_000 }, (_, index) =>
      watch([productId], { client: given(clients[index % clients.length]) }),
    );
    await until(() => watches.every(({ values }) => values.length === 1));

    expect(await watch([productId]).ended).toMatchObject({
      kind: 'exhausted',
      reason: 'TOO_MANY_WATCHERS',
    });

    const ofService = watch([productId], { token: catalog.auth.serviceToken('gateway') });
    expect(await ofService.started).toBeUndefined();
    ofService.cancel();

    given(watches[0]).cancel();
    await eventually(async () => {
      const next = watch([productId]);
      const refusal = await next.started;
      next.cancel();
      if (refusal !== undefined) throw refusal;
    }, 10_000);
    for (const { cancel } of watches) cancel();
    for (const client of clients) client.close();
  });
});
