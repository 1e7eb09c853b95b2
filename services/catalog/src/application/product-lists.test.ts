import type { Product } from '../domain/product';
import type { ProductListQuery } from './ports';
import { createProductLists } from './product-lists';

const FIRST_PAGE: ProductListQuery = { after: undefined, availableOnly: false, limit: 21 };
const soon = (): Date => new Date(Date.now() + 60_000);

interface Reading {
  readonly query: ProductListQuery;
  readonly finish: (products: readonly Product[]) => void;
  readonly fail: (error: Error) => void;
}

const readings: Reading[] = [];

/** Ends pending readings, so that none waits for its deadline. */
afterEach(() => {
  for (const { finish } of readings.splice(0)) finish([]);
});

/** Product lists whose store reads settle when the test says so. */
const setUp = () => {
  const lists = createProductLists({
    products: {
      list: (query) =>
        new Promise((resolve, reject) => {
          readings.push({ query, finish: resolve, fail: reject });
        }),
    },
  });
  return { lists, readings, read: (query: ProductListQuery) => lists.read(query, soon()) };
};

/** Lets the event loop turn until scheduled work, and the work it schedules, has run. */
const turn = async (): Promise<void> => {
  for (let round = 0; round < 4; round += 1) {
    await new Promise((resolve) => setImmediate(resolve));
  }
};

/** Occupies all slots with readings of different pages, so that further queries are queued. */
const keepBusy = async ({ read, readings }: ReturnType<typeof setUp>): Promise<void> => {
  for (const limit of [1, 2, 3, 4]) {
    void read({ ...FIRST_PAGE, limit });
    await turn();
  }
  expect(readings).toHaveLength(4);
};

describe('lists of products', () => {
  it('equal queries that arrive while all slots are taken share one read', async () => {
    const world = setUp();
    await keepBusy(world);
    const crowd = Array.from({ length: 50 }, () => world.read(FIRST_PAGE));
    await turn();
    expect(world.readings).toHaveLength(4);

    world.readings[0]?.finish([]);
    await turn();
    expect(world.readings.slice(4).map(({ query }) => query)).toEqual([FIRST_PAGE]);
    world.readings[4]?.finish([]);

    expect(await Promise.all(crowd)).toEqual(crowd.map(() => []));
  });

  it('a list is never served from a read that started before the call', async () => {
    const { read, readings } = setUp();
    const before = read(FIRST_PAGE);
    await turn();
    const after = read(FIRST_PAGE);
    await turn();

    expect(readings).toHaveLength(2);
    for (const { finish } of readings) finish([]);
    await Promise.all([before, after]);
  });

  it('a failed read fails only its own callers', async () => {
    const world = setUp();
    await keepBusy(world);
    const failing = world.read(FIRST_PAGE);
    const other = world.read({ ...FIRST_PAGE, availableOnly: true });
    world.readings[0]?.finish([]);
    await turn();
    world.readings[4]?.fail(new Error('Store unavailable.'));
    await turn();
    world.readings[5]?.finish([]);

    await expect(failing).rejects.toThrow('Store unavailable.');
    expect(await other).toEqual([]);
  });
});
