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
  let reused = 0;
  const memory = createSoldOutMemory({ reuseMs, clock, onReused: () => (reused += 1) });
  /** Asks with a request that is answered after some time; the outcome is the answer. */
  const ask = (answer: unknown, { tookMs = 0, of = wish } = {}): Promise<unknown> =>
    memory
      .ask(of, () => {
        clock.advanceMs(tookMs);
        return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
      })
      .catch((error: unknown) => error);
  return { clock, memory, ask, reused: () => reused };
};

/** A request that the test answers. */
const createRequest = () => {
  let answer: (outcome: unknown) => void = () => undefined;
  const outcome = new Promise<unknown>((resolve, reject) => {
    answer = (given) => {
      if (given instanceof Error) reject(given);
      else resolve(given);
    };
  });
  const send = jest.fn(() => outcome);
  return { send, answer };
};

describe('sold-out memory', () => {
  it('a sold-out answer is reused for exactly the reuse time, counted from its request', async () => {
    const { clock, memory, ask } = createSubject();

    expect(await ask(soldOut, { tookMs: 10 })).toBe(soldOut);

    expect(memory.recall(wish)).toBe(soldOut);
    clock.advanceMs(89);
    // One caller is sent to renew the answer.
    memory.recall(wish);
    expect(memory.recall(wish)).toBe(soldOut);
    clock.advanceMs(1);
    expect(memory.recall(wish)).toBeUndefined();
  });

  it('one caller renews an answer before it expires, while the others still get the old one', async () => {
    const { clock, memory, ask, reused } = createSubject();
    await ask(soldOut, { tookMs: 20 });

    // The last answer took 20 ms; the next is requested one and a half times as long before expiry.
    clock.advanceMs(49);
    expect(memory.recall(wish)).toBe(soldOut);
    clock.advanceMs(1);
    const recalled = [1, 2, 3, 4].map(() => memory.recall(wish));

    expect(recalled).toEqual([undefined, soldOut, soldOut, soldOut]);
    expect(reused()).toBe(4);
  });

  it('a slow answer is renewed early, and is still reused for the other callers', async () => {
    const { memory, ask } = createSubject();
    await ask(soldOut, { tookMs: 60 });

    const recalled = [1, 2].map(() => memory.recall(wish));

    expect(recalled).toEqual([undefined, soldOut]);
  });

  it('when an answer has expired, all callers share one request, and its answer if that is sold out', async () => {
    const { clock, memory, ask, reused } = createSubject();
    await ask(soldOut);
    clock.advanceMs(100);
    const renewal = createRequest();
    const other = createRequest();

    const asked = [memory.ask(wish, renewal.send), memory.ask(wish, other.send)];
    clock.advanceMs(99);
    asked.push(memory.ask(wish, other.send));
    renewal.answer(soldOut);

    const outcomes = await Promise.allSettled(asked);
    expect(outcomes.map((outcome) => outcome.status === 'rejected' && outcome.reason)).toEqual([
      soldOut,
      soldOut,
      soldOut,
    ]);
    expect(other.send).not.toHaveBeenCalled();
    expect(reused()).toBe(2);
  });

  it.each<[string, unknown]>([
    ['succeeds', { reservationId: 'r' }],
    ['fails', new Error('gone')],
  ])('when the shared request %s, each caller sends its own', async (_name, answer) => {
    const { clock, memory, ask } = createSubject();
    await ask(soldOut);
    clock.advanceMs(100);
    const renewal = createRequest();

    const renewing = memory.ask(wish, renewal.send).catch(() => undefined);
    const others = ['a', 'b'].map((mine) => memory.ask(wish, async () => mine));
    renewal.answer(answer);

    expect(await Promise.all(others)).toEqual(['a', 'b']);
    await renewing;
  });

  it('a caller never gets the answer of a request that is older than the reuse time', async () => {
    const { clock, memory, ask } = createSubject();
    await ask(soldOut);
    clock.advanceMs(100);
    const hanging = createRequest();
    const renewing = memory.ask(wish, hanging.send).catch(() => undefined);

    clock.advanceMs(100);
    expect(await memory.ask(wish, async () => 'mine')).toBe('mine');
    hanging.answer(soldOut);
    await renewing;
  });

  it('callers of a product that was not sold out lately do not wait for each other', async () => {
    const { memory } = createSubject();
    const hanging = createRequest();
    const first = memory.ask(wish, hanging.send);

    expect(await memory.ask(wish, async () => 'mine')).toBe('mine');
    hanging.answer('first');
    expect(await first).toBe('first');
  });

  it('an answer is dropped at once when its renewal succeeds or fails', async () => {
    const { memory, ask } = createSubject();

    for (const answer of [{ reservationId: 'r' }, new Error('gone')]) {
      await ask(soldOut);
      expect(memory.recall(wish)).toBe(soldOut);
      await ask(answer);
      expect(memory.recall(wish)).toBeUndefined();
    }
  });

  it('an answer is reused only for the same product and quantity', async () => {
    const { memory, ask } = createSubject();

    await ask(soldOut, { of: { productId: 'p', quantity: 5 } });

    expect(memory.recall(wish)).toBeUndefined();
    expect(memory.recall({ productId: 'q', quantity: 5 })).toBeUndefined();
  });

  it('other refusals and outages are not remembered', async () => {
    const { memory, ask } = createSubject();

    await ask(refusal('PRODUCT_NOT_FOUND'));
    await ask(new Error('gone'));

    expect(memory.recall(wish)).toBeUndefined();
  });

  it('nothing is remembered when the reuse time is 0', async () => {
    const { memory, ask } = createSubject(0);

    await ask(soldOut);

    expect(memory.recall(wish)).toBeUndefined();
  });
});
