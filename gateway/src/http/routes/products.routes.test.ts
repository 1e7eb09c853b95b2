import { ask, NEW_PRODUCT, PRODUCT, PRODUCT_ID, pointersOf } from '../../testing/ask';

describe('products', () => {
  it('are created with a request id that follows from user, route and key', async () => {
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

  it('keep their currency when only the price changes', async () => {
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

  it('are listed with empty parameters as if these were not given', async () => {
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
