import { createTestClock } from '@flashreserve/ops';
import { BOUNDS } from '../limits/bounds';
import { type PreparedAnswer, prepareJson } from './prepared-answer';
import { createRecentAnswers, type Question } from './recent-answers';

type Answer = PreparedAnswer<unknown>;

const KEY = '/products';
const DEADLINE = new Date(1_010_000);

/** A service that answers when the test says so, and the memory in front of it. */
const createSubject = (reuseMs = 100) => {
  const clock = createTestClock(new Date(1_000_000));
  const calls: {
    readonly answer: (body: unknown) => void;
    readonly fail: (error: Error) => void;
    readonly signal: AbortSignal | undefined;
  }[] = [];
  let reused = 0;
  const memory = createRecentAnswers({
    reuseMs,
    clock,
    onReused: () => {
      reused += 1;
    },
  });
  const ask: Question<unknown>['ask'] = ({ signal }) =>
    new Promise<Answer>((resolve, reject) => {
      calls.push({ answer: (body) => resolve(prepareJson(body)), fail: reject, signal });
    });
  const read = (
    options: {
      readonly key?: string;
      readonly isFresh?: boolean;
      readonly signal?: AbortSignal;
    } = {},
  ): Promise<unknown> => {
    const { key = KEY, isFresh = false, signal } = options;
    const call = { deadline: DEADLINE, requestId: 'r', signal };
    return memory.read({ key, isFresh, call, ask }).then(bodyOf);
  };
  /** Reads once, with an answer that takes no time. */
  const know = async (body: unknown): Promise<void> => {
    const reading = read({ isFresh: true });
    calls.at(-1)?.answer(body);
    await reading;
  };
  const recall = (): unknown => {
    const answer = memory.recall(KEY);
    return answer === undefined ? undefined : bodyOf(answer);
  };
  return { clock, calls, memory, read, know, recall, reused: () => reused };
};

const bodyOf = ({ content }: Answer): unknown => JSON.parse(content.toString());

describe('recent answers', () => {
  it('an answer is reused until 100 ms after its call was sent, and is exact again afterwards', async () => {
    const { clock, calls, read, recall } = createSubject();
    const first = read();
    clock.advanceMs(10);
    calls[0]?.answer('old');
    await first;

    clock.advanceMs(59);
    expect([recall(), await read()]).toEqual(['old', 'old']);
    clock.advanceMs(31);
    expect(recall()).toBeUndefined();
    const later = read();
    calls[1]?.answer('new');

    expect(await later).toBe('new');
    expect(recall()).toBe('new');
    expect(calls).toHaveLength(2);
  });

  it('one request renews an answer before it expires, while the others still get the old one', async () => {
    const { clock, calls, read, recall } = createSubject();
    const first = read();
    clock.advanceMs(20);
    calls[0]?.answer('old');
    await first;

    // The last answer took 20 ms; the next is requested one and a half times as long before expiry.
    clock.advanceMs(50);
    expect(recall()).toBeUndefined();
    const renewing = read();
    expect([recall(), await read()]).toEqual(['old', 'old']);
    clock.advanceMs(20);
    calls[1]?.answer('new');

    expect([await renewing, recall(), calls.length]).toEqual(['new', 'new', 2]);
  });

  it('requests join a call that was sent less than 100 ms ago; a later one sends its own', async () => {
    const { clock, calls, read } = createSubject();
    const joined = [read(), read()];
    clock.advanceMs(99);
    joined.push(read());
    clock.advanceMs(1);
    const later = read();

    calls[1]?.answer('new');
    expect(await later).toBe('new');
    calls[0]?.answer('old');

    expect(await Promise.all(joined)).toEqual(['old', 'old', 'old']);
    expect(calls).toHaveLength(2);
    // The slow call did not replace the answer of the later one.
    expect(await read()).toBe('new');
  });

  it('an answer that took longer than it may be reused is not reused', async () => {
    const { clock, calls, read, recall } = createSubject();
    const slow = read();
    clock.advanceMs(100);
    calls[0]?.answer('old');

    expect(await slow).toBe('old');
    expect(recall()).toBeUndefined();
  });

  it('a fresh read sends its own call, and its answer replaces the one that was kept', async () => {
    const { calls, read, know, recall } = createSubject();
    await know('old');
    const joined = read({ key: '/other' });

    const fresh = [read({ isFresh: true }), read({ key: '/other', isFresh: true })];
    expect(calls).toHaveLength(4);
    for (const { answer } of calls) answer('new');

    expect(await Promise.all([...fresh, joined])).toEqual(['new', 'new', 'new']);
    expect(recall()).toBe('new');
  });

  it('an error reaches all requests that wait for it and is not kept', async () => {
    const { calls, read } = createSubject();
    const waiting = [read(), read()];
    calls[0]?.fail(new Error('PRODUCT_NOT_FOUND'));

    for (const settled of await Promise.allSettled(waiting)) {
      expect(settled).toMatchObject({ reason: { message: 'PRODUCT_NOT_FOUND' } });
    }
    const later = read();
    calls[1]?.answer('found');
    expect(await later).toBe('found');
  });

  it('a failed renewal leaves the old answer until it expires', async () => {
    const { clock, calls, read, know, recall } = createSubject();
    await know('old');
    const renewing = read({ isFresh: true });
    calls[1]?.fail(new Error('gone'));

    await expect(renewing).rejects.toThrow('gone');
    expect(recall()).toBe('old');
    clock.advanceMs(100);
    expect(recall()).toBeUndefined();
  });

  it('a call is cancelled when the last request that waits for it disconnects', async () => {
    const { calls, read } = createSubject();
    const [one, other] = [new AbortController(), new AbortController()];
    const waiting = [read({ signal: one.signal }), read({ signal: other.signal })];

    one.abort();
    expect(calls[0]?.signal?.aborted).toBe(false);
    other.abort();
    expect(calls[0]?.signal?.aborted).toBe(true);
    const next = read();
    calls[0]?.fail(new Error('cancelled'));
    calls[1]?.answer('new');

    expect(await next).toBe('new');
    expect((await Promise.allSettled(waiting)).map(({ status }) => status)).toEqual([
      'rejected',
      'rejected',
    ]);
  });

  it('a clock that is set back does not make an answer last longer', async () => {
    const { clock, calls, read, know, recall } = createSubject();
    await know('old');
    clock.advanceMs(-3_600_000);

    expect(recall()).toBeUndefined();
    const later = read();
    calls[1]?.answer('new');
    await later;
    expect(recall()).toBe('new');
  });

  it('keeps a bounded number of answers and of bytes, those that were used last', async () => {
    const { calls, memory, read } = createSubject();
    const readNow = async (key: string, body: unknown): Promise<void> => {
      const reading = read({ key });
      calls.at(-1)?.answer(body);
      await reading;
    };
    for (let index = 0; index <= BOUNDS.recentAnswersMax; index += 1) {
      await readNow(`/products/${index}`, 'small');
    }
    expect(memory.recall('/products/0')).toBeUndefined();
    expect(memory.recall('/products/1')).toBeDefined();

    const large = 'x'.repeat(BOUNDS.recentBytesMax / 4);
    for (const key of ['a', 'b', 'c', 'd']) await readNow(key, large);
    await readNow('too large', large.repeat(4));

    expect(['/products/1', 'a', 'b', 'too large'].map((key) => memory.recall(key))).toEqual([
      undefined,
      undefined,
      expect.anything(),
      undefined,
    ]);
  });

  it('nothing is kept or joined when the reuse time is 0', async () => {
    const { calls, read, recall, reused } = createSubject(0);
    const both = [read(), read()];
    for (const { answer } of calls) answer('exact');

    expect(await Promise.all(both)).toEqual(['exact', 'exact']);
    expect([calls.length, recall(), reused()]).toEqual([2, undefined, 0]);
  });

  it('counts the requests that needed no call of their own', async () => {
    const { calls, read, recall, reused } = createSubject();
    const both = [read(), read()];
    calls[0]?.answer('shared');
    await Promise.all(both);
    recall();
    await read();

    expect([calls.length, reused()]).toEqual([1, 3]);
  });
});
