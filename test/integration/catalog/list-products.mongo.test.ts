import { encodePageToken } from '@flashreserve/rpc';
import { type Catalog, refusalOf, startCatalog } from './catalog-fixture';

let catalog: Catalog;
/** All products of this database, newest first. Every third one is sold out. */
let ids: readonly string[];
let availableIds: readonly string[];

const COUNT = 25;

beforeAll(async () => {
  catalog = await startCatalog();
  const made: string[] = [];
  for (let index = 0; index < COUNT; index += 1) {
    made.push((await catalog.newProduct(index % 3 === 0 ? 0 : 1)).productId);
  }
  ids = made.toReversed();
  availableIds = made.filter((_, index) => index % 3 !== 0).toReversed();
});
afterAll(() => catalog.stop());

const list = async (query: {
  readonly pageSize?: number;
  readonly pageToken?: string;
  readonly availableOnly?: boolean;
}) => {
  const request = { pageSize: 0, pageToken: '', availableOnly: false, ...query };
  const { products, nextPageToken } = await catalog.call('listProducts', request);
  return { ids: products.map(({ productId }) => productId), nextPageToken };
};

const listAll = async (availableOnly: boolean): Promise<string[]> => {
  const all: string[] = [];
  let pageToken = '';
  do {
    const page = await list({ pageSize: 4, pageToken, availableOnly });
    expect(page.ids.length).toBeLessThanOrEqual(4);
    all.push(...page.ids);
    pageToken = page.nextPageToken;
  } while (pageToken !== '');
  return all;
};

describe('ListProducts', () => {
  it('lists every product once, newest first, page by page', async () => {
    expect(await listAll(false)).toEqual(ids);
  });

  it('lists only products that can be reserved, when asked', async () => {
    expect(await listAll(true)).toEqual(availableIds);
  });

  it('gives 20 products when no page size is set', async () => {
    const page = await list({});

    expect(page.ids).toEqual(ids.slice(0, 20));
    expect((await list({ pageToken: page.nextPageToken })).ids).toEqual(ids.slice(20));
  });

  it('gives no token on a last page that is full', async () => {
    expect(await list({ pageSize: COUNT })).toEqual({ ids, nextPageToken: '' });
  });

  it('cuts a larger page size to 100', async () => {
    expect((await list({ pageSize: 2_000_000_000 })).ids).toEqual(ids);
  });

  it('refuses a negative page size', async () => {
    expect(await refusalOf(list({ pageSize: -1 }))).toMatchObject({
      reason: 'INVALID_REQUEST',
      fieldViolations: [expect.objectContaining({ field: 'page_size' })],
    });
  });

  it.each([
    ['text', 'nonsense'],
    ['another shape', encodePageToken({ after: { $gt: '' }, availableOnly: false })],
    [
      'additional fields',
      encodePageToken({ after: crypto.randomUUID(), availableOnly: false, x: 1 }),
    ],
    ['endless text', 'x'.repeat(100_000)],
  ])('refuses a page token that is not its own: %s', async (_name, pageToken) => {
    expect(await refusalOf(list({ pageToken }))).toMatchObject({
      kind: 'invalid',
      reason: 'INVALID_PAGE_TOKEN',
    });
  });

  it('refuses a page token of another filter', async () => {
    const { nextPageToken: pageToken } = await list({ pageSize: 1 });

    expect((await refusalOf(list({ pageToken, availableOnly: true }))).reason).toBe(
      'INVALID_PAGE_TOKEN',
    );
  });
});
