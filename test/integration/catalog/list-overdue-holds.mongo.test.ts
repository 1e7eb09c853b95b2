import { type Hold, HoldState } from '@flashreserve/contracts/catalog';
import { newId } from '@flashreserve/ops';
import { eventually } from '../../support/eventually';
import { type Catalog, inMs, refusalOf, startCatalog } from './catalog-fixture';

interface Duration {
  readonly seconds: number;
  readonly nanos: number;
}

let offsetMs = 0;
const clock = { now: () => new Date(Date.now() + offsetMs) };
let catalog: Catalog;
beforeAll(async () => {
  catalog = await startCatalog({ clock, env: { CLOCK_SKEW_MAX_MS: '0' } });
});
afterAll(() => catalog.stop());

/**
 * Lists holds overdue three minutes from now. Only this call uses that time; with it, other calls
 * would exceed their deadlines.
 */
const list = async (query: {
  readonly overdueFor?: Duration;
  readonly pageSize?: number;
  readonly pageToken?: string;
}) => {
  offsetMs = 180_000;
  try {
    return await catalog.call('listOverdueHolds', { pageSize: 0, pageToken: '', ...query });
  } finally {
    offsetMs = 0;
  }
};

const idsOf = (holds: readonly Hold[]): string[] => holds.map(({ reservationId }) => reservationId);

/** Creates holds that are due in two minutes, several at the same instant. */
const makeOverdueHolds = async (count: number): Promise<Hold[]> => {
  const { productId } = await catalog.newProduct(count);
  const start = Date.now() + 120_000;
  const made = await Promise.all(
    Array.from({ length: count }, (_, index) =>
      catalog.take({
        lines: [{ productId, quantity: 1 }],
        expireTime: new Date(start + Math.floor(index / 3)),
      }),
    ),
  );
  const ids = new Set(made.map(({ hold }) => hold.reservationId));
  const { holds } = await list({});
  const ours = holds.filter(({ reservationId }) => ids.has(reservationId));
  expect(ours).toHaveLength(count);
  return ours;
};

describe('ListOverdueHolds', () => {
  it('overdue holds are listed oldest first, each once, across pages', async () => {
    const holds = await makeOverdueHolds(13);
    const expected = holds.toSorted(
      (a, b) =>
        Number(a.expireTime) - Number(b.expireTime) || (a.reservationId < b.reservationId ? -1 : 1),
    );

    const paged: Hold[] = [];
    let pageToken = '';
    do {
      const page = await list({ pageSize: 4, pageToken });
      expect(page.holds.length).toBeLessThanOrEqual(4);
      paged.push(...page.holds);
      pageToken = page.nextPageToken;
    } while (pageToken !== '');

    expect(idsOf(paged)).toEqual(idsOf(expected));
    await catalog.restore(idsOf(paged));
  });

  it('settled holds and holds that are not due are not listed', async () => {
    const [first, second, third] = await makeOverdueHolds(3);
    const { productId } = await catalog.newProduct(1);
    const live = await catalog.take({
      lines: [{ productId, quantity: 1 }],
      expireTime: inMs(600_000),
    });
    await catalog.restore(idsOf([first as Hold]));
    await catalog.commit(idsOf([second as Hold]));

    const { holds } = await list({});

    expect(holds).toEqual([{ ...third, state: HoldState.HOLD_STATE_HELD }]);
    expect(idsOf(holds)).not.toContain(live.hold.reservationId);
    await catalog.restore(idsOf([third as Hold]));
  });

  it('holds overdue for less than overdue_for are not listed', async () => {
    const holds = await makeOverdueHolds(2);

    expect((await list({ overdueFor: { seconds: 3_600, nanos: 0 } })).holds).toEqual([]);
    const found = await list({ overdueFor: { seconds: 30, nanos: 0 } });

    expect(idsOf(found.holds)).toEqual(idsOf(holds));
    await catalog.restore(idsOf(found.holds));
  });

  it.each<[string, string, Duration]>([
    ['a negative time', 'overdue_for.seconds', { seconds: -1, nanos: 0 }],
    ['a time beyond the maximum duration', 'overdue_for.seconds', { seconds: 1e15, nanos: 0 }],
    ['negative nanoseconds', 'overdue_for.nanos', { seconds: 0, nanos: -1 }],
  ])('a list of overdue holds by %s is refused', async (_name, field, overdueFor) => {
    expect(await refusalOf(list({ overdueFor }))).toMatchObject({
      reason: 'INVALID_REQUEST',
      fieldViolations: [expect.objectContaining({ field })],
    });
  });

  it('an invalid page token is refused', async () => {
    expect((await refusalOf(list({ pageToken: 'nonsense' }))).reason).toBe('INVALID_PAGE_TOKEN');
  });
});

describe('a hold with a duration', () => {
  const HOUR_MS = 3_600_000;
  const MINUTE = { seconds: 60, nanos: 0 };

  it.each([-24 * HOUR_MS, -HOUR_MS / 6, HOUR_MS / 6, 24 * HOUR_MS])(
    'taking and overdue time use the clock of catalog, with a caller clock that is %d ms off',
    async (aheadMs) => {
      const { productId } = await catalog.newProduct(2);
      const lines = [{ productId, quantity: 1 }];
      const expireTime = inMs(aheadMs);

      const long = await catalog.take({ lines, expireTime, holdTime: MINUTE });
      const short = await catalog.take({ lines, expireTime, holdTime: { seconds: 0, nanos: 1e6 } });
      const again = await catalog.take({
        reservationId: long.hold.reservationId,
        lines,
        expireTime: inMs(0),
        holdTime: MINUTE,
      });

      expect(long.hold).toMatchObject({ expireTime, holdTime: MINUTE });
      expect(again).toEqual({ hold: long.hold, replayed: true });
      const overdue = await eventually(async () => {
        const query = { pageSize: 0, pageToken: '', overdueFor: undefined };
        const { holds } = await catalog.call('listOverdueHolds', query);
        const ids = holds.map(({ reservationId }) => reservationId);
        expect(ids).toContain(short.hold.reservationId);
        return ids;
      }, 5_000);
      expect(overdue).not.toContain(long.hold.reservationId);
    },
  );

  it.each([
    ['zero', { seconds: 0, nanos: 0 }],
    ['more than two days', { seconds: 172_801, nanos: 0 }],
    ['negative', { seconds: -1, nanos: 0 }],
  ])('the duration must not be %s', async (_name, holdTime) => {
    const lines = [{ productId: newId(), quantity: 1 }];

    expect(await refusalOf(catalog.take({ lines, holdTime }))).toMatchObject({
      reason: 'INVALID_REQUEST',
      fieldViolations: [{ field: expect.stringMatching(/^hold_time/) }],
    });
  });
});
