import { createSilentLogger } from '@flashreserve/ops';
import { type EntryOutcome, unavailable } from '@flashreserve/rpc';
import type { CallScope } from './ports';
import type { Settlement } from './settle-batch';
import { createOverdueSweep } from './sweep-overdue-holds';

const RELEASED: Settlement = { outcome: 'released', changed: true };
const LOST: EntryOutcome<never> = { ok: false, error: new RangeError('no outcome') };

const outcomeOf = (work: Promise<Settlement>): Promise<EntryOutcome<Settlement>> =>
  work.then(
    (value) => ({ ok: true, value }),
    (error: unknown) => ({ ok: false, error }),
  );

/** A catalog with these pages; the token of a page is its index. */
const setUp = (
  pages: readonly (readonly string[])[],
  settle: (id: string) => Promise<Settlement> = async () => RELEASED,
) => {
  const queries: { readonly overdueForMs: number; readonly pageToken: string }[] = [];
  const scopes: CallScope[] = [];
  const settled: string[] = [];
  const log = createSilentLogger();
  const sweep = createOverdueSweep({
    catalog: {
      listOverdueHolds: async (query, scope) => {
        queries.push(query);
        scopes.push(scope);
        const index = Number(query.pageToken || '0');
        return {
          reservationIds: pages[index] ?? [],
          nextPageToken: index + 1 < pages.length ? String(index + 1) : '',
        };
      },
    },
    settle: async (ids) => {
      settled.push(...ids);
      const outcomes = await Promise.all(ids.map((id) => outcomeOf(settle(id))));
      return new Map(ids.map((id, index) => [id, outcomes[index] ?? LOST]));
    },
    graceMs: 300,
    log,
  });
  const controller = new AbortController();
  return { sweep: () => sweep(controller.signal), controller, queries, scopes, settled, log };
};

const away = async (): Promise<Settlement> => {
  throw unavailable('CATALOG_UNAVAILABLE', 'away');
};

describe('a sweep', () => {
  it('all pages are read, with the grace period as the minimum overdue time', async () => {
    const { sweep, queries, settled } = setUp([['a', 'b'], ['c'], []]);

    const report = await sweep();

    expect(settled).toEqual(['a', 'b', 'c']);
    expect(queries).toEqual([
      { overdueForMs: 300, pageToken: '' },
      { overdueForMs: 300, pageToken: '1' },
      { overdueForMs: 300, pageToken: '2' },
    ]);
    expect(report).toMatchObject({ released: 3, failed: 0, pages: 3 });
  });

  it('the findings are counted and logged once', async () => {
    const outcomes: Readonly<Record<string, Settlement>> = {
      b: { outcome: 'sold', changed: true },
      c: { outcome: 'not-due', remainingMs: 5 },
      d: { outcome: 'no-hold' },
    };
    const { sweep, log } = setUp([['a', 'b', 'c', 'd', 'e']], async (id) =>
      id === 'e' ? away() : (outcomes[id] ?? RELEASED),
    );
    const info = jest.spyOn(log, 'info');

    const report = await sweep();

    const counts = { released: 1, sold: 1, 'not-due': 1, 'no-hold': 1, failed: 1, pages: 1 };
    expect(report).toEqual(counts);
    expect(info).toHaveBeenCalledTimes(1);
    expect(info).toHaveBeenCalledWith(
      expect.objectContaining({ ...counts, found: 5 }),
      expect.any(String),
    );
  });

  it('a page that cannot be settled does not block the next one', async () => {
    const { sweep, settled } = setUp([['bad-1', 'bad-2'], ['a']], async (id) =>
      id.startsWith('bad') ? away() : RELEASED,
    );

    const report = await sweep();

    expect(settled).toEqual(['bad-1', 'bad-2', 'a']);
    expect(report).toMatchObject({ released: 1, failed: 2 });
  });

  it('a sweep ends after several consecutive failed pages', async () => {
    const { sweep, queries } = setUp([['a'], ['b'], ['c'], ['d'], ['e']], away);

    expect(await sweep()).toMatchObject({ failed: 3, pages: 3 });
    expect(queries).toHaveLength(3);
  });

  it('a success or an empty page between failed pages keeps the sweep going', async () => {
    const { sweep, settled } = setUp(
      [['bad-1'], ['bad-2'], ['a', 'bad-3'], ['bad-4'], ['bad-5'], [], ['bad-6'], ['b']],
      async (id) => (id.startsWith('bad') ? away() : RELEASED),
    );

    expect(await sweep()).toMatchObject({ released: 2, failed: 6, pages: 8 });
    expect(settled).toContain('b');
  });

  it('a sweep ends even if there is always another page', async () => {
    const { sweep, queries } = setUp(Array.from({ length: 2_100 }, () => []));

    expect(await sweep()).toMatchObject({ pages: 2_000 });
    expect(queries).toHaveLength(2_000);
  });

  it('an empty sweep is logged at debug level only', async () => {
    const { sweep, log } = setUp([[]]);
    const info = jest.spyOn(log, 'info');

    await sweep();

    expect(info).not.toHaveBeenCalled();
  });

  it('an aborted sweep ends at once, even in the middle of a page', async () => {
    const { sweep, controller, queries } = setUp(
      [['a'], ['b']],
      () => new Promise<Settlement>(() => undefined),
    );

    const swept = sweep();
    await Promise.resolve();
    controller.abort();

    await expect(swept).resolves.toMatchObject({ pages: 0 });
    expect(queries).toHaveLength(1);
  });

  it('the abort signal is passed to the listing', async () => {
    const { sweep, controller, scopes } = setUp([[]]);

    await sweep();

    expect(scopes[0]?.signal).toBe(controller.signal);
  });
});
