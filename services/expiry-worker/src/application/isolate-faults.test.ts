import { DomainError, type DomainErrorKind } from '@flashreserve/rpc';
import { isolateFaults } from './isolate-faults';

const failure = (kind: DomainErrorKind): DomainError =>
  new DomainError({ kind, reason: 'TEST', message: 'test' });

const ids = Array.from({ length: 500 }, (_, index) => `id-${index}`);

describe('isolateFaults', () => {
  it('a batch without a fault takes one call', async () => {
    const calls: (readonly string[])[] = [];

    const outcomes = await isolateFaults(ids, async (part) => {
      calls.push(part);
      return new Map(part.map((id) => [id, id.length]));
    });

    expect(calls).toEqual([ids]);
    expect(outcomes.size).toBe(500);
    expect(outcomes.get('id-7')).toEqual({ ok: true, value: 4 });
  });

  it('an empty batch takes no call', async () => {
    const call = jest.fn();

    expect(await isolateFaults([], call)).toEqual(new Map());
    expect(call).not.toHaveBeenCalled();
  });

  it.each<DomainErrorKind>(['invalid', 'not-found', 'already-exists', 'precondition', 'internal'])(
    'a bad entry (%s) fails alone and the other 499 succeed, in few calls',
    async (kind) => {
      let calls = 0;

      const outcomes = await isolateFaults(ids, async (part) => {
        calls += 1;
        if (part.includes('id-123')) throw failure(kind);
        return new Map(part.map((id) => [id, true]));
      });

      const failed = [...outcomes].filter(([, outcome]) => !outcome.ok).map(([id]) => id);
      expect(failed).toEqual(['id-123']);
      expect(outcomes.size).toBe(500);
      expect(calls).toBeLessThanOrEqual(19);
    },
  );

  it.each<DomainErrorKind>([
    'unavailable',
    'deadline',
    'exhausted',
    'conflict',
    'unauthenticated',
    'forbidden',
    'cancelled',
  ])('a batch is not split when the service is down or overloaded (%s)', async (kind) => {
    let calls = 0;

    const outcomes = await isolateFaults(ids, async () => {
      calls += 1;
      throw failure(kind);
    });

    expect(calls).toBe(1);
    expect([...outcomes.values()].every((outcome) => !outcome.ok)).toBe(true);
    expect(outcomes.size).toBe(500);
  });

  it('an entry missing from the response fails', async () => {
    const outcomes = await isolateFaults(['a', 'b'], async () => new Map([['a', 1]]));

    expect(outcomes.get('a')).toEqual({ ok: true, value: 1 });
    expect(outcomes.get('b')).toMatchObject({ ok: false });
  });
});
