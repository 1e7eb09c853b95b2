import type { CreateProductRequest, UpdateProductRequest } from '@flashreserve/contracts/catalog';
import { newId } from '@flashreserve/ops';
import {
  type CallOptions,
  type Catalog,
  countOutcomes,
  given,
  refusalOf,
  startCatalog,
} from './catalog-fixture';

// Goal: SKUs are unique whoever sets them, and of several changes that were made for the same
// revision of a product only one is made, on any number of instances.

let catalog: Catalog;
beforeAll(async () => {
  catalog = await startCatalog({ instances: 2 });
});
afterAll(() => catalog.stop());

const create = async (input: Partial<CreateProductRequest> = {}, options?: CallOptions) =>
  given(
    (
      await catalog.call(
        'createProduct',
        {
          name: 'Lamp',
          description: '',
          price: { minorUnits: 1_999, currencyCode: 'USD' },
          stockUnits: 10,
          requestId: newId(),
          ...input,
        },
        options,
      )
    ).product,
  );

const update = async (
  productId: string,
  input: Partial<UpdateProductRequest> & { readonly updateMask: string[] },
  options?: CallOptions,
) =>
  given(
    (
      await catalog.call(
        'updateProduct',
        { productId, name: '', description: '', ...input },
        options,
      )
    ).product,
  );

const newSku = (): string => `SKU-${newId()}`;

describe('A SKU', () => {
  it('a product is created with a SKU and metadata, and a retry of the creation returns it', async () => {
    const request = {
      sku: newSku(),
      metadata: { entries: { gate: 'A', $where: '1', 'a.b': '' } },
      requestId: newId(),
    };
    const product = await create(request);

    expect(product).toMatchObject({ sku: request.sku, metadata: request.metadata, revision: 1 });
    expect(await catalog.product(product.productId)).toEqual(product);
    expect(await create(request)).toEqual(product);
    expect(await refusalOf(create({ ...request, sku: newSku() }))).toMatchObject({
      reason: 'REQUEST_ID_REUSED',
    });
  });

  it('of 10 products that are created with one SKU at the same time only one is', async () => {
    const sku = newSku();

    const outcomes = await countOutcomes(
      Array.from({ length: 10 }, (_, index) => create({ sku }, { instance: index % 2 })),
    );

    expect(outcomes).toEqual({ ok: 1, SKU_TAKEN: 9 });
  });

  it('of 10 products that get one SKU at the same time only one does, and may keep it', async () => {
    const sku = newSku();
    const products = await Promise.all(Array.from({ length: 10 }, () => create()));

    const outcomes = await countOutcomes(
      products.map(({ productId }, index) =>
        update(productId, { sku, updateMask: ['sku'] }, { instance: index % 2 }),
      ),
    );

    expect(outcomes).toEqual({ ok: 1, SKU_TAKEN: 9 });
    const all = await Promise.all(products.map(({ productId }) => catalog.product(productId)));
    const [owner, ...others] = all.filter((product) => product.sku === sku);
    expect(others).toEqual([]);
    await update(given(owner).productId, { sku, updateMask: ['sku'] });
  });

  it('a removed SKU is free for another product', async () => {
    const sku = newSku();
    const { productId } = await create({ sku, metadata: { entries: { gate: 'A' } } });

    const bare = await update(productId, { updateMask: ['sku', 'metadata'] });

    expect([bare.sku, bare.metadata, bare.revision]).toEqual([undefined, undefined, 2]);
    expect((await create({ sku })).sku).toBe(sku);
  });

  it.each<[string, Partial<CreateProductRequest>]>([
    ['sku', { sku: 'x'.repeat(65) }],
    ['sku', { sku: '' }],
    ['metadata.entries.gate', { metadata: { entries: { gate: 'x'.repeat(501) } } }],
    [
      'metadata.entries',
      {
        metadata: {
          entries: Object.fromEntries(Array.from({ length: 21 }, (_, index) => [`k${index}`, ''])),
        },
      },
    ],
  ])('an invalid field is refused and named: %s', async (field, input) => {
    const { reason, fieldViolations } = await refusalOf(create(input));
    expect([reason, fieldViolations.map((violation) => violation.field)]).toEqual([
      'INVALID_REQUEST',
      [field],
    ]);
  });
});

describe('An expected revision', () => {
  it('of 20 changes for one revision, on two instances, exactly one is made', async () => {
    const { productId, revision } = await create();

    const outcomes = await countOutcomes(
      Array.from({ length: 20 }, (_, index) =>
        update(
          productId,
          { name: `Lamp ${index}`, updateMask: ['name'], expectedRevision: revision },
          { instance: index % 2 },
        ),
      ),
    );

    expect(outcomes).toEqual({ ok: 1, PRODUCT_CHANGED: 19 });
    expect(await catalog.product(productId)).toMatchObject({ revision: 2 });
  });

  it('changes without one are all made and all counted', async () => {
    const { productId } = await create();

    await Promise.all(
      Array.from({ length: 12 }, (_, index) =>
        update(productId, { name: `Lamp ${index}`, updateMask: ['name'] }, { instance: index % 2 }),
      ),
    );

    expect((await catalog.product(productId)).revision).toBe(13);
  });

  it('a retry of a change that was made returns the product', async () => {
    const { productId } = await create();
    const change = { name: 'New', updateMask: ['name'], expectedRevision: 1 };
    const first = await update(productId, change);

    const again = await update(productId, change);

    expect([first.revision, again.revision, again.name]).toEqual([2, 2, 'New']);
    await update(productId, { name: 'Newer', updateMask: ['name'] });
    expect(await refusalOf(update(productId, change))).toMatchObject({
      kind: 'conflict',
      reason: 'PRODUCT_CHANGED',
      metadata: { productId },
    });
  });

  it('the stock does not count, and neither does a change to what the product already is', async () => {
    const { productId } = await create();
    await catalog.take({ lines: [{ productId, quantity: 3 }] });
    await catalog.call('adjustStock', { productId, delta: 5, reason: 'Found', requestId: '' });
    await update(productId, { name: 'Lamp', updateMask: ['name'] });

    const changed = await update(productId, {
      name: 'New',
      updateMask: ['name'],
      expectedRevision: 1,
    });

    expect(changed).toMatchObject({ name: 'New', revision: 2, availableUnits: 12, heldUnits: 3 });
  });

  it('a product of a version without revisions has revision 1', async () => {
    const { productId } = await create();
    await catalog.collection('products').updateOne({ _id: productId }, { $unset: { revision: 1 } });

    expect((await catalog.product(productId)).revision).toBe(1);
    const change = { name: 'New', updateMask: ['name'], expectedRevision: 1 };
    expect((await update(productId, change)).revision).toBe(2);
  });
});
