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
  it('every product is listed once, newest first, across pages', async () => {
    expect(await listAll(false)).toEqual(ids);
  });

  it('available_only lists only products with available units', async () => {
    expect(await listAll(true)).toEqual(availableIds);
  });

  it('the default page size is 20', async () => {
    const page = await list({});

    expect(page.ids).toEqual(ids.slice(0, 20));
    expect((await list({ pageToken: page.nextPageToken })).ids).toEqual(ids.slice(20));
  });

  it('a full last page has no token', async () => {
    expect(await list({ pageSize: COUNT })).toEqual({ ids, nextPageToken: '' });
  });

  it('larger page sizes are capped at 100', async () => {
    expect((await list({ pageSize: 2_000_000_000 })).ids).toEqual(ids);
  });

  it('a negative page size is refused', async () => {
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
    ['very long text', 'x'.repeat(100_000)],
  ])('an invalid page token is refused: %s', async (_name, pageToken) => {
    expect(await refusalOf(list({ pageToken }))).toMatchObject({
      kind: 'invalid',
      reason: 'INVALID_PAGE_TOKEN',
    });
  });

  it('a page token of another filter is refused', async () => {
    const { nextPageToken: pageToken } = await list({ pageSize: 1 });

    expect((await refusalOf(list({ pageToken, availableOnly: true }))).reason).toBe(
      'INVALID_PAGE_TOKEN',
    );
  });
});
