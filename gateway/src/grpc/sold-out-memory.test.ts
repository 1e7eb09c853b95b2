import { createTestClock } from '@flashreserve/ops';
import { DomainError } from '@flashreserve/rpc';
import { createSoldOutMemory } from './sold-out-memory';

const wish = { productId: 'p', quantity: 1 };
const refusal = (reason: string): DomainError =>
  new DomainError({ kind: 'precondition', reason, message: 'No.' });
const soldOut = refusal('OUT_OF_STOCK');
const start = new Date(1_000_000);

const createSubject = (reuseMs = 100) => {
  const clock = createTestClock(start);
  return { clock, memory: createSoldOutMemory({ reuseMs, clock }) };
};

describe('sold-out memory', () => {
  it('gives a sold-out answer again for the reuse time, counted from the question, and not a moment longer', () => {
    const { clock, memory } = createSubject();

    clock.advanceMs(10);
    memory.keep(wish, soldOut, start);

    expect(memory.recall(wish)).toBe(soldOut);
    clock.advanceMs(89);
    // One is sent to ask again.
    memory.recall(wish);
    expect(memory.recall(wish)).toBe(soldOut);
    clock.advanceMs(1);
    expect(memory.recall(wish)).toBeUndefined();
  });

  it('lets one caller ask again in time for the new answer, while the others still get the old one', () => {
    const { clock, memory } = createSubject();
    clock.advanceMs(20);
    memory.keep(wish, soldOut, start);

    // The last answer took 20 ms; three times as long is left for the next.
    clock.advanceMs(19);
    expect(memory.recall(wish)).toBe(soldOut);
    clock.advanceMs(1);
    const recalled = [1, 2, 3, 4].map(() => memory.recall(wish));

    expect(recalled).toEqual([undefined, soldOut, soldOut, soldOut]);
  });

  it('asks for a fresh answer at once when the last one was slow, and still gives it to the others', () => {
    const { clock, memory } = createSubject();
    clock.advanceMs(60);
    memory.keep(wish, soldOut, start);

    const recalled = [1, 2].map(() => memory.recall(wish));

    expect(recalled).toEqual([undefined, soldOut]);
  });

  it('forgets at once when somebody who asked again got a unit, or no answer', () => {
    const { clock, memory } = createSubject();

    for (const answer of [{ reservationId: 'r' }, new Error('gone')]) {
      memory.keep(wish, soldOut, clock.now());
      memory.keep(wish, answer, clock.now());
      expect(memory.recall(wish)).toBeUndefined();
    }
  });

  it('answers only the same wish: other products and other quantities may be on sale', () => {
    const { memory } = createSubject();

    memory.keep({ productId: 'p', quantity: 5 }, soldOut, start);

    expect(memory.recall(wish)).toBeUndefined();
    expect(memory.recall({ productId: 'q', quantity: 5 })).toBeUndefined();
  });

  it('remembers no other refusal and no outage', () => {
    const { memory } = createSubject();

    memory.keep(wish, refusal('PRODUCT_NOT_FOUND'), start);
    memory.keep(wish, new Error('gone'), start);

    expect(memory.recall(wish)).toBeUndefined();
  });

  it('remembers nothing when it is turned off', () => {
    const { memory } = createSubject(0);

    memory.keep(wish, soldOut, start);

    expect(memory.recall(wish)).toBeUndefined();
  });
});
