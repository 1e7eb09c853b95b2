import type { CreateProductRequest, UpdateProductRequest } from '@flashreserve/contracts/catalog';
import { newId } from '@flashreserve/ops';
import { type Catalog, given, refusalOf, soundStock, startCatalog } from './catalog-fixture';

let catalog: Catalog;
beforeAll(async () => {
  catalog = await startCatalog({ instances: 2 });
});
afterAll(() => catalog.stop());

const LAMP: CreateProductRequest = {
  name: 'Lamp',
  description: 'Shines.',
  price: { minorUnits: 1_999, currencyCode: 'USD' },
  stockUnits: 7,
  requestId: '',
};

const create = async (input: Partial<CreateProductRequest> = {}, instance = 0) =>
  given((await catalog.call('createProduct', { ...LAMP, ...input }, { instance })).product);

const update = async (input: Partial<UpdateProductRequest>) =>
  given(
    (
      await catalog.call('updateProduct', {
        productId: '',
        name: '',
        description: '',
        ...input,
      })
    ).product,
  );

describe('CreateProduct', () => {
  it('a product is created with its initial stock', async () => {
    const product = await create();

    expect(product).toMatchObject({
      productId: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-7/),
      name: 'Lamp',
      description: 'Shines.',
      price: { minorUnits: 1_999, currencyCode: 'USD' },
      availableUnits: 7,
      heldUnits: 0,
      soldUnits: 0,
    });
    expect(product.createTime).toEqual(product.updateTime);
    expect(await catalog.product(product.productId)).toEqual(product);
    expect(await catalog.audit(product.productId)).toMatchObject({
      stockedUnits: 7,
      consistent: true,
    });
  });

  it('price and stock may be 0 or at their maximum', async () => {
    const price = { minorUnits: 1_000_000_000_000, currencyCode: 'KWD' };
    expect(await create({ price, stockUnits: 1_000_000_000 })).toMatchObject({
      price,
      availableUnits: 1_000_000_000,
    });
    const free = { minorUnits: 0, currencyCode: 'EUR' };
    expect(await create({ price: free, stockUnits: 0, description: '' })).toMatchObject({
      price: free,
      availableUnits: 0,
      description: '',
    });
  });

  it('a retry with the same request id returns the first product in its current state', async () => {
    const requestId = newId();
    const { productId } = await create({ requestId });
    await catalog.take({ lines: [{ productId, quantity: 2 }] });
    await update({ productId, name: 'Torch', updateMask: ['name'] });

    expect(await create({ requestId }, 1)).toMatchObject({
      productId,
      name: 'Torch',
      availableUnits: 5,
      heldUnits: 2,
    });
  });

  it('20 concurrent retries create one product', async () => {
    const requestId = newId();

    const products = await Promise.all(
      Array.from({ length: 20 }, (_, index) => create({ requestId }, index % 2)),
    );

    expect(new Set(products.map(({ productId }) => productId)).size).toBe(1);
  });

  it.each<[string, Partial<CreateProductRequest>]>([
    ['name', { name: 'Torch' }],
    ['description', { description: 'Glows.' }],
    ['price', { price: { minorUnits: 2_000, currencyCode: 'USD' } }],
    ['currency', { price: { minorUnits: 1_999, currencyCode: 'EUR' } }],
    ['stock', { stockUnits: 8 }],
  ])('a request id reused with another %s is refused', async (_field, difference) => {
    const requestId = newId();
    await create({ requestId });

    expect(await refusalOf(create({ requestId, ...difference }))).toMatchObject({
      kind: 'conflict',
      reason: 'REQUEST_ID_REUSED',
      metadata: { requestId },
    });
  });

  it.each<[string, string, Partial<CreateProductRequest>]>([
    ['no name', 'name', { name: ' ' }],
    ['a name of 201 characters', 'name', { name: 'x'.repeat(201) }],
    ['a description of 2,001 characters', 'description', { description: 'x'.repeat(2_001) }],
    ['no price', 'price', { price: undefined }],
    ['a negative price', 'price.minor_units', { price: { minorUnits: -1, currencyCode: 'USD' } }],
    [
      'a price above 1,000,000,000,000',
      'price.minor_units',
      { price: { minorUnits: 1_000_000_000_001, currencyCode: 'USD' } },
    ],
    [
      'an invented currency',
      'price.currency_code',
      { price: { minorUnits: 1, currencyCode: 'XXQ' } },
    ],
    [
      'a withdrawn currency',
      'price.currency_code',
      { price: { minorUnits: 1, currencyCode: 'BGN' } },
    ],
    [
      'a currency without minor units',
      'price.currency_code',
      { price: { minorUnits: 1, currencyCode: 'XAU' } },
    ],
    ['a name of zero-width characters', 'name', { name: '\u200b\u2060' }],
    ['a name with a control character', 'name', { name: 'La\u0007mp' }],
    ['a description of direction characters', 'description', { description: '\u202e\u200f' }],
    ['a negative stock', 'stock_units', { stockUnits: -1 }],
    ['more than 1,000,000,000 units', 'stock_units', { stockUnits: 1_000_000_001 }],
    ['a request id that is not a UUID', 'request_id', { requestId: '1' }],
  ])('a product with %s is refused', async (_name, field, input) => {
    expect(await refusalOf(create(input))).toMatchObject({
      kind: 'invalid',
      reason: 'INVALID_REQUEST',
      fieldViolations: [expect.objectContaining({ field })],
    });
  });

  it('all invalid fields are reported at once', async () => {
    const { fieldViolations } = await refusalOf(create({ name: '', stockUnits: -1 }));

    expect(fieldViolations.map(({ field }) => field)).toEqual(['name', 'stock_units']);
  });
});

describe('GetProduct', () => {
  it('an unknown product is named in the error', async () => {
    const productId = newId();

    expect(await refusalOf(catalog.product(productId))).toMatchObject({
      kind: 'not-found',
      reason: 'PRODUCT_NOT_FOUND',
      metadata: { productId },
    });
  });

  it.each(['', 'x', '{"$ne":null}', '0190a000-0000-7000-8000-00000000000'])(
    'refuses "%s", which is not a product id',
    async (productId) => {
      expect(await refusalOf(catalog.product(productId))).toMatchObject({
        reason: 'INVALID_REQUEST',
        fieldViolations: [{ field: 'product_id', description: 'must be a UUID' }],
      });
    },
  );
});

describe('UpdateProduct', () => {
  it('updates are not starved by a rush for the product, and no write is lost', async () => {
    const { productId } = await create({ stockUnits: 1_000 });
    const lines = [{ productId, quantity: 1 }];
    let rush = true;
    let held = 0;
    const buy = async (instance: number): Promise<void> => {
      while (rush) {
        await catalog.take({ lines }, { instance });
        held += 1;
      }
    };
    const buyers = Array.from({ length: 60 }, (_, index) => buy(index % 2));

    for (let round = 0; round < 5; round += 1) {
      const name = `Lamp ${round}`;
      const description = `Shines ${round} times.`;
      const changed = await Promise.all([
        update({ productId, name, updateMask: ['name'] }),
        update({ productId, description, updateMask: ['description'] }),
      ]);
      expect(changed).toMatchObject([{ name }, { description }]);
    }
    rush = false;
    await Promise.all(buyers);

    expect(await catalog.product(productId)).toMatchObject({
      name: 'Lamp 4',
      description: 'Shines 4 times.',
      availableUnits: 1_000 - held,
    });
    expect(soundStock(await catalog.audit(productId)).held).toBe(held);
  });

  it('only the fields named in the mask change', async () => {
    const product = await create();
    const price = { minorUnits: 5, currencyCode: 'EUR' };

    const updated = await update({
      productId: product.productId,
      name: 'Torch',
      description: 'ignored',
      price,
      updateMask: ['price'],
    });

    expect(updated).toEqual({ ...product, price, revision: 2, updateTime: updated.updateTime });
    expect(given(updated.updateTime).getTime()).toBeGreaterThanOrEqual(
      given(product.updateTime).getTime(),
    );
    expect(await catalog.product(product.productId)).toEqual(updated);
  });

  it('an update can clear the description', async () => {
    const { productId } = await create();

    const { description, name } = await update({ productId, updateMask: ['description'] });

    expect([name, description]).toEqual(['Lamp', '']);
  });

  it('fields outside the mask are not validated', async () => {
    const { productId } = await create();
    const price = { minorUnits: -5, currencyCode: 'nonsense' };

    expect(await update({ productId, name: 'Torch', price, updateMask: ['name'] })).toMatchObject({
      name: 'Torch',
      price: LAMP.price,
    });
  });

  it('an update never changes the stock, even during a sale', async () => {
    const { productId } = await create({ stockUnits: 50 });

    await Promise.all([
      ...Array.from({ length: 30 }, (_, index) =>
        catalog.take({ lines: [{ productId, quantity: 1 }] }, { instance: index % 2 }),
      ),
      ...Array.from({ length: 10 }, (_, index) =>
        update({ productId, name: `Lamp ${index}`, updateMask: ['name'] }),
      ),
    ]);

    expect(soundStock(await catalog.audit(productId))).toEqual({
      available: 20,
      held: 30,
      sold: 0,
    });
  });

  it('an unknown product is named in the error', async () => {
    const again = update({ productId: newId(), name: 'Torch', updateMask: ['name'] });

    expect((await refusalOf(again)).reason).toBe('PRODUCT_NOT_FOUND');
  });

  it.each<[string, string, Partial<UpdateProductRequest>]>([
    ['no mask', 'update_mask', { updateMask: undefined }],
    ['an empty mask', 'update_mask', { updateMask: [] }],
    ['a mask that names the stock', 'update_mask[0]', { updateMask: ['available_units'] }],
    ['a masked name that is empty', 'name', { updateMask: ['name'] }],
    ['a masked price that is missing', 'price', { updateMask: ['price'] }],
    [
      'a masked price in an invented currency',
      'price.currency_code',
      { updateMask: ['price'], price: { minorUnits: 1, currencyCode: '$' } },
    ],
    [
      'a product id that is not a UUID',
      'product_id',
      { productId: 'x', updateMask: ['description'] },
    ],
  ])('an update with %s is refused', async (_name, field, input) => {
    expect(await refusalOf(update({ productId: newId(), ...input }))).toMatchObject({
      reason: 'INVALID_REQUEST',
      fieldViolations: [expect.objectContaining({ field })],
    });
  });
});
