import { createTestClock } from '@flashreserve/ops';
import { ROOT_CONTEXT } from '@opentelemetry/api';
import { createWaitingLine } from './waiting-line';

const NOW = new Date('2026-01-01T12:00:00Z');
const later = (ms: number): Date => new Date(NOW.getTime() + ms);

const setUp = (limits: { readonly maxBatchSize: number; readonly maxQueueLength: number }) => {
  const line = createWaitingLine<string, void>({ clock: createTestClock(NOW), ...limits });
  const refused: unknown[] = [];
  const add = (entry: string, deadline = later(1_000)): boolean =>
    line.add({
      entry,
      deadline,
      since: 0,
      origin: ROOT_CONTEXT,
      resolve: () => undefined,
      reject: (error) => {
        refused.push([entry, (error as { readonly reason: string }).reason]);
      },
    });
  const take = (): string[] => line.takeBatch().map(({ entry }) => entry);
  return { line, add, take, refused };
};

describe('the waiting line', () => {
  it('batches are taken in arrival order, up to the maximum size', () => {
    const { line, add, take } = setUp({ maxBatchSize: 2, maxQueueLength: 9 });
    for (const entry of ['a', 'b', 'c']) expect(add(entry)).toBe(true);

    expect(take()).toEqual(['a', 'b']);
    expect(line.length()).toBe(1);
    expect(take()).toEqual(['c']);
    expect(take()).toEqual([]);
  });

  it('a full queue rejects with OVERLOADED and accepts again after a batch is taken', () => {
    const { add, take, refused } = setUp({ maxBatchSize: 1, maxQueueLength: 2 });

    expect([add('a'), add('b'), add('c')]).toEqual([true, true, false]);
    expect(refused).toEqual([['c', 'OVERLOADED']]);
    take();
    expect(add('d')).toBe(true);
  });

  it('expired entries are rejected and take no room in a batch', () => {
    const { line, add, take, refused } = setUp({ maxBatchSize: 2, maxQueueLength: 9 });
    add('late', NOW);
    add('a', later(1));
    add('later', later(-1));
    add('b');
    add('c');

    expect(take()).toEqual(['a', 'b']);
    expect(refused).toEqual([
      ['late', 'DEADLINE_EXCEEDED'],
      ['later', 'DEADLINE_EXCEEDED'],
    ]);
    expect(line.length()).toBe(1);
  });
});
