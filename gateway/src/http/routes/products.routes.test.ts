import { DomainError } from '@flashreserve/rpc';
import { ask, NEW_PRODUCT, PRODUCT, PRODUCT_ID, pointersOf } from '../../testing/ask';

describe('products', () => {
  it('a product is created with a request id derived from user, route and key', async () => {
    const requestIds: string[] = [];
    const catalog = {
      createProduct: async ({ requestId }: { readonly requestId: string }) => {
        requestIds.push(requestId);
        return PRODUCT;
      },
    };
    for (const key of ['a', 'a', 'b']) {
      const answer = await ask(
        'POST /products',
        { token: 'admin', body: NEW_PRODUCT, headers: { 'idempotency-key': key } },
        { catalog },
      );
      expect([answer.status, answer.headers.location]).toEqual([201, `/products/${PRODUCT_ID}`]);
      expect(answer.json).toMatchObject({
        price: 19.99,
        currency: 'USD',
        stockQuantity: 10,
        heldQuantity: 1,
        soldQuantity: 2,
      });
    }
    expect(requestIds[0]).toBe(requestIds[1]);
    expect(requestIds[2]).not.toBe(requestIds[0]);
  });

  it.each(['initialQuantity', 'stockQuantity'])(
    'the initial stock of a product is its %s',
    async (name) => {
      let stockUnits: number | undefined;
      const catalog = {
        createProduct: async (request: { readonly stockUnits: number }) => {
          stockUnits = request.stockUnits;
          return PRODUCT;
        },
      };
      const body = { name: 'Shoe', price: 19.99, [name]: 7 };
      const answer = await ask('POST /products', { token: 'admin', body }, { catalog });
      expect([answer.status, stockUnits]).toEqual([201, 7]);
    },
  );

  it('a product keeps its currency when only the price changes', async () => {
    let update: unknown;
    const catalog = {
      getProduct: async () => ({ ...PRODUCT, price: { minorUnits: 1500, currencyCode: 'JPY' } }),
      updateProduct: async (request: unknown) => {
        update = request;
        return PRODUCT;
      },
    };
    const target = `PATCH /products/${PRODUCT_ID}`;
    const refused = await ask(target, { token: 'admin', body: { price: 9.5 } }, { catalog });
    expect(pointersOf(refused)).toEqual(['/price']);
    await ask(target, { token: 'admin', body: { price: 2000 } }, { catalog });
    expect(update).toMatchObject({
      price: { minorUnits: 2000, currencyCode: 'JPY' },
      updateMask: ['price'],
    });
  });

  it('1.50 HUF is stored as 150 minor units and 1.250 IQD as 1250, by ISO 4217', async () => {
    const sent: unknown[] = [];
    const catalog = {
      createProduct: async ({ price }: { readonly price?: unknown }) => {
        sent.push(price);
        return { ...PRODUCT, price: { minorUnits: 150_000, currencyCode: 'HUF' } };
      },
    };
    for (const [price, currency] of [
      [1.5, 'HUF'],
      [1.25, 'IQD'],
    ]) {
      const body = { ...NEW_PRODUCT, price, currency };
      const answer = await ask('POST /products', { token: 'admin', body }, { catalog });
      expect(answer.json).toMatchObject({ price: 1500, currency: 'HUF' });
    }
    expect(sent).toEqual([
      { minorUnits: 150, currencyCode: 'HUF' },
      { minorUnits: 1250, currencyCode: 'IQD' },
    ]);
  });

  it('a new price needs a new currency if the product’s was withdrawn', async () => {
    const price = { minorUnits: 1999, currencyCode: 'HRK' };
    const catalog = { getProduct: async () => ({ ...PRODUCT, price }) };
    const shown = await ask(`GET /products/${PRODUCT_ID}`, {}, { catalog });
    expect(shown.json).toMatchObject({ price: 19.99, currency: 'HRK' });

    const change = { token: 'admin', body: { price: 5 } } as const;
    const refused = await ask(`PATCH /products/${PRODUCT_ID}`, change, { catalog });
    expect([refused.status, pointersOf(refused)]).toEqual([400, ['/price']]);
    expect(refused.text).toContain('cannot be set in HRK, which is no current currency');
  });

  it('a change with the ETag of a read requires its revision, and a changed product is 412', async () => {
    const expected: unknown[] = [];
    const catalog = {
      getProduct: async () => ({ ...PRODUCT, revision: 3 }),
      updateProduct: async ({ expectedRevision }: { readonly expectedRevision?: unknown }) => {
        expected.push(expectedRevision);
        if (expected.length > 1) {
          throw new DomainError({
            kind: 'conflict',
            reason: 'PRODUCT_CHANGED',
            message: 'Changed.',
            domain: 'catalog.flashreserve',
          });
        }
        return { ...PRODUCT, revision: 4 };
      },
    };
    const read = await ask(`GET /products/${PRODUCT_ID}`, {}, { catalog });
    const change = (ifMatch: string) =>
      ask(
        `PATCH /products/${PRODUCT_ID}`,
        { token: 'admin', body: { name: 'New' }, headers: { 'if-match': ifMatch } },
        { catalog },
      );

    const changed = await change(read.headers.etag ?? '');
    expect([changed.status, changed.headers.etag?.startsWith('"4.')]).toEqual([200, true]);
    expect((await change('"gone"')).status).toBe(412);
    expect(expected).toEqual([3, 0]);
    expect(pointersOf(await change('gone'))).toEqual(['/headers/if-match']);
  });

  it('SKU and metadata are passed on, and null removes the SKU', async () => {
    const sent: unknown[] = [];
    const catalog = {
      updateProduct: async (request: unknown) => {
        sent.push(request);
        return { ...PRODUCT, sku: 'A-1', metadata: { entries: { gate: 'A' } } };
      },
    };
    const change = (body: object) =>
      ask(`PATCH /products/${PRODUCT_ID}`, { token: 'admin', body }, { catalog });

    const answer = await change({ sku: 'A-1', metadata: { gate: 'A' } });
    expect(answer.json).toMatchObject({ sku: 'A-1', metadata: { gate: 'A' } });
    await change({ sku: null });
    expect(sent).toMatchObject([
      { sku: 'A-1', metadata: { entries: { gate: 'A' } }, updateMask: ['sku', 'metadata'] },
      { updateMask: ['sku'] },
    ]);
    const key = 'k'.repeat(41);
    const bad = { sku: 'x'.repeat(65), metadata: { [key]: '', ok: 'x'.repeat(501) } };
    expect(pointersOf(await change(bad))).toEqual(['/sku', '/metadata', '/metadata/ok']);
  });

  it('empty query parameters count as omitted', async () => {
    let request: unknown;
    const answer = await ask(
      'GET /products?available=true&pageSize=&pageToken=',
      {},
      {
        catalog: {
          listProducts: async (given) => {
            request = given;
            return { products: [PRODUCT], nextPageToken: 'next' };
          },
        },
      },
    );
    expect(request).toEqual({ availableOnly: true, pageSize: 0, pageToken: '' });
    expect(answer.json).toMatchObject({
      items: [{ productId: PRODUCT_ID }],
      nextPageToken: 'next',
    });
  });
});
