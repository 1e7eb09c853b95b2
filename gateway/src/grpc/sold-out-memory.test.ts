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
  it('a sold-out answer is reused for exactly the reuse time, counted from its request', () => {
    const { clock, memory } = createSubject();

    clock.advanceMs(10);
    memory.keep(wish, soldOut, start);

    expect(memory.recall(wish)).toBe(soldOut);
    clock.advanceMs(89);
    // One caller is sent to renew the answer.
    memory.recall(wish);
    expect(memory.recall(wish)).toBe(soldOut);
    clock.advanceMs(1);
    expect(memory.recall(wish)).toBeUndefined();
  });

  it('one caller renews an answer before it expires, while the others still get the old one', () => {
    const { clock, memory } = createSubject();
    clock.advanceMs(20);
    memory.keep(wish, soldOut, start);

    // The last answer took 20 ms; the next is requested three times as long before the expiry.
    clock.advanceMs(19);
    expect(memory.recall(wish)).toBe(soldOut);
    clock.advanceMs(1);
    const recalled = [1, 2, 3, 4].map(() => memory.recall(wish));

    expect(recalled).toEqual([undefined, soldOut, soldOut, soldOut]);
  });

  it('a slow answer is renewed early, and is still reused for the other callers', () => {
    const { clock, memory } = createSubject();
    clock.advanceMs(60);
    memory.keep(wish, soldOut, start);

    const recalled = [1, 2].map(() => memory.recall(wish));

    expect(recalled).toEqual([undefined, soldOut]);
  });

  it('an answer is dropped at once when its renewal succeeds or fails', () => {
    const { clock, memory } = createSubject();

    for (const answer of [{ reservationId: 'r' }, new Error('gone')]) {
      memory.keep(wish, soldOut, clock.now());
      memory.keep(wish, answer, clock.now());
      expect(memory.recall(wish)).toBeUndefined();
    }
  });

  it('an answer is reused only for the same product and quantity', () => {
    const { memory } = createSubject();

    memory.keep({ productId: 'p', quantity: 5 }, soldOut, start);

    expect(memory.recall(wish)).toBeUndefined();
    expect(memory.recall({ productId: 'q', quantity: 5 })).toBeUndefined();
  });

  it('other refusals and outages are not remembered', () => {
    const { memory } = createSubject();

    memory.keep(wish, refusal('PRODUCT_NOT_FOUND'), start);
    memory.keep(wish, new Error('gone'), start);

    expect(memory.recall(wish)).toBeUndefined();
  });

  it('nothing is remembered when the reuse time is 0', () => {
    const { memory } = createSubject(0);

    memory.keep(wish, soldOut, start);

    expect(memory.recall(wish)).toBeUndefined();
  });
});
