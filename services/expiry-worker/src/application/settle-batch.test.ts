import { createSilentLogger, createTestClock } from '@flashreserve/ops';
import { DomainError, unavailable } from '@flashreserve/rpc';
import type { CallScope, CatalogPort, HoldAfterCall, ReservationPort, Verdict } from './ports';
import { createSettleBatch } from './settle-batch';

const RELEASE: Verdict = { kind: 'release' };
const SELL: Verdict = { kind: 'sell' };

interface Answers {
  readonly verdicts?: Readonly<Record<string, Verdict>>;
  readonly restore?: CatalogPort['restoreStock'];
  readonly commit?: CatalogPort['commitStock'];
}

/** Services with configurable answers that record their calls. */
const setUp = ({ verdicts = {}, restore, commit }: Answers) => {
  const asked: { readonly call: string; readonly ids: readonly string[]; scope: CallScope }[] = [];
  const log = createSilentLogger();
  const clock = createTestClock(new Date(0));
  const settling =
    (call: string, state: HoldAfterCall['state'], answer?: CatalogPort['restoreStock']) =>
    async (ids: readonly string[], scope: CallScope) => {
      asked.push({ call, ids, scope });
      if (answer !== undefined) return answer(ids, scope);
      return new Map(ids.map((id) => [id, { state, changed: true }]));
    };
  const reservations: ReservationPort = {
    expireReservations: async (ids, scope) => {
      asked.push({ call: 'expire', ids, scope });
      return new Map(
        ids.flatMap((id) => {
          const verdict = verdicts[id];
          return verdict === undefined ? [] : [[id, verdict]];
        }),
      );
    },
  };
  const catalog: CatalogPort = {
    restoreStock: settling('restore', 'released', restore),
    commitStock: settling('commit', 'sold', commit),
    listOverdueHolds: async () => ({ reservationIds: [], nextPageToken: '' }),
  };
  return { settle: createSettleBatch({ reservations, catalog, clock, log }), asked, log, clock };
};

describe('the Expire path', () => {
  it('expired holds are released, confirmed ones sold, and holds not due left unchanged', async () => {
    const { settle, asked } = setUp({
      verdicts: { a: RELEASE, b: SELL, c: { kind: 'not-due', remainingMs: 250 }, d: RELEASE },
    });

    const outcomes = await settle(['a', 'b', 'c', 'd']);

    expect(asked.map(({ call, ids }) => [call, ids])).toEqual([
      ['expire', ['a', 'b', 'c', 'd']],
      ['restore', ['a', 'd']],
      ['commit', ['b']],
    ]);
    expect(Object.fromEntries(outcomes)).toEqual({
      a: { ok: true, value: { outcome: 'released', changed: true } },
      b: { ok: true, value: { outcome: 'sold', changed: true } },
      c: { ok: true, value: { outcome: 'not-due', remainingMs: 250 } },
      d: { ok: true, value: { outcome: 'released', changed: true } },
    });
  });

  it('catalog is not called for a reservation without a verdict', async () => {
    const { settle, asked } = setUp({ verdicts: { a: RELEASE } });

    const outcomes = await settle(['a', 'b']);

    expect(asked.map(({ call, ids }) => [call, ids])).toEqual([
      ['expire', ['a', 'b']],
      ['restore', ['a']],
    ]);
    expect(outcomes.get('b')).toMatchObject({ ok: false });
  });

  it('a failing release fails only its own part; the sales still succeed', async () => {
    const { settle } = setUp({
      verdicts: { a: RELEASE, b: SELL },
      restore: async () => {
        throw unavailable('CATALOG_UNAVAILABLE', 'away');
      },
    });

    const outcomes = await settle(['a', 'b']);

    expect(outcomes.get('a')).toMatchObject({
      ok: false,
      error: { reason: 'CATALOG_UNAVAILABLE' },
    });
    expect(outcomes.get('b')).toMatchObject({ ok: true, value: { outcome: 'sold' } });
  });

  it('a hold that catalog cannot settle fails alone', async () => {
    const { settle } = setUp({
      verdicts: { a: RELEASE, b: RELEASE, c: RELEASE },
      restore: async (ids) => {
        if (ids.includes('b')) {
          throw new DomainError({ kind: 'internal', reason: 'INTERNAL', message: 'bug' });
        }
        return new Map(ids.map((id) => [id, { state: 'released', changed: true }]));
      },
    });

    const outcomes = await settle(['a', 'b', 'c']);

    expect(outcomes.get('a')).toMatchObject({ ok: true });
    expect(outcomes.get('b')).toMatchObject({ ok: false });
    expect(outcomes.get('c')).toMatchObject({ ok: true });
  });

  it('a reservation without a hold counts as done', async () => {
    const { settle } = setUp({
      verdicts: { a: RELEASE },
      restore: async () => new Map([['a', { state: 'none', changed: false }]]),
    });

    expect((await settle(['a'])).get('a')).toEqual({ ok: true, value: { outcome: 'no-hold' } });
  });

  it('an entry whose hold is still held after the call fails, so that it is retried', async () => {
    const { settle } = setUp({
      verdicts: { a: RELEASE },
      restore: async () => new Map([['a', { state: 'held', changed: false }]]),
    });

    expect((await settle(['a'])).get('a')).toMatchObject({ ok: false });
  });

  it('a hold that contradicts its reservation is reported and not retried', async () => {
    const { settle, log } = setUp({
      verdicts: { a: RELEASE },
      restore: async () => new Map([['a', { state: 'sold', changed: false }]]),
    });
    const error = jest.spyOn(log, 'error');

    const outcomes = await settle(['a']);

    expect(outcomes.get('a')).toEqual({ ok: true, value: { outcome: 'sold', changed: false } });
    expect(error).toHaveBeenCalledWith(
      expect.objectContaining({ reservationId: 'a', state: 'sold', expected: 'released' }),
      expect.any(String),
    );
  });

  it('a hold in the expected state, or a missing one, is not reported', async () => {
    const { settle, log } = setUp({
      verdicts: { a: RELEASE, b: SELL, c: RELEASE, d: SELL },
      restore: async (ids) =>
        new Map(ids.map((id) => [id, { state: id === 'c' ? 'none' : 'released', changed: true }])),
      commit: async (ids) =>
        new Map(ids.map((id) => [id, { state: id === 'd' ? 'none' : 'sold', changed: true }])),
    });
    const [warn, error] = [jest.spyOn(log, 'warn'), jest.spyOn(log, 'error')];

    await settle(['a', 'b', 'c', 'd']);

    expect(error).not.toHaveBeenCalled();
    expect(warn).not.toHaveBeenCalled();
  });

  it('each step logs the number of its failed holds once', async () => {
    const { settle, log } = setUp({
      verdicts: { a: RELEASE, b: RELEASE, c: SELL },
      restore: async () => new Map([['a', { state: 'released', changed: true }]]),
      commit: () => Promise.reject(unavailable('CATALOG_UNAVAILABLE', 'away')),
    });
    const warn = jest.spyOn(log, 'warn');

    await settle(['a', 'b', 'c', 'd']);

    expect(warn.mock.calls.map(([fields]) => fields)).toEqual([
      expect.objectContaining({ step: 'verdicts', failed: 1, tried: 4 }),
      expect.objectContaining({ step: 'releases', failed: 1, tried: 2 }),
      expect.objectContaining({ step: 'sales', failed: 1, tried: 1 }),
    ]);
  });

  it('the split calls of a slow step share its time limit', async () => {
    const limits: number[] = [];
    const { settle, clock } = setUp({
      verdicts: { a: RELEASE, b: RELEASE },
      restore: async (_ids, { timeoutMs }) => {
        limits.push(timeoutMs);
        clock.advanceMs(4_000);
        throw new DomainError({ kind: 'internal', reason: 'INTERNAL', message: 'slow bug' });
      },
    });

    await settle(['a', 'b']);

    expect(limits).toEqual([5_000, 1_000, 1]);
  });

  it('all calls of a batch carry the same request id', async () => {
    const { settle, asked } = setUp({ verdicts: { a: RELEASE, b: SELL } });

    await settle(['a', 'b']);

    expect(new Set(asked.map(({ scope }) => scope.requestId)).size).toBe(1);
  });
});
