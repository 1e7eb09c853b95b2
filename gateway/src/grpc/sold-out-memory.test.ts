import { createTestClock } from '@flashreserve/platform/clock';
import { DomainError } from '@flashreserve/platform/errors';
import { createSoldOutMemory } from './sold-out-memory';

const wish = { productId: 'p', quantity: 1 };
const refusal = (reason: string): DomainError =>
  new DomainError({ kind: 'precondition', reason, message: 'No.' });
const soldOut = refusal('OUT_OF_STOCK');
const start = new Date(1_000_000);

describe('sold-out memory', () => {
  it('gives a sold-out answer again for the reuse time, counted from the question, and not a moment longer', () => {
    const clock = createTestClock(start);
    const memory = createSoldOutMemory({ reuseMs: 100, clock });

    clock.advanceMs(40);
    memory.keep(wish, soldOut, start);

    expect(memory.recall(wish)).toBe(soldOut);
    clock.advanceMs(59);
    expect(memory.recall(wish)).toBe(soldOut);
    clock.advanceMs(1);
    expect(memory.recall(wish)).toBeUndefined();
  });

  it('answers only the same wish: other products and other quantities may be on sale', () => {
    const memory = createSoldOutMemory({ reuseMs: 100, clock: createTestClock(start) });

    memory.keep({ productId: 'p', quantity: 5 }, soldOut, start);

    expect(memory.recall(wish)).toBeUndefined();
    expect(memory.recall({ productId: 'q', quantity: 5 })).toBeUndefined();
  });

  it('remembers no other refusal and no outage', () => {
    const memory = createSoldOutMemory({ reuseMs: 100, clock: createTestClock(start) });

    memory.keep(wish, refusal('PRODUCT_NOT_FOUND'), start);
    memory.keep(wish, new Error('gone'), start);

    expect(memory.recall(wish)).toBeUndefined();
  });

  it('remembers nothing when it is turned off', () => {
    const memory = createSoldOutMemory({ reuseMs: 0, clock: createTestClock(start) });

    memory.keep(wish, soldOut, start);

    expect(memory.recall(wish)).toBeUndefined();
  });
});
