import { createTestClock } from '@flashreserve/ops';
import { createServiceTokenSource, type IssuedToken } from './service-token-source';

const settle = (): Promise<void> => new Promise(setImmediate);

/** An auth that issues tokens of 100 seconds until told otherwise. */
const setUp = () => {
  const clock = createTestClock(new Date(0));
  let answer: (() => Promise<IssuedToken>) | undefined;
  let issues = 0;
  const credential = createServiceTokenSource({
    clock,
    issue: async () => {
      issues += 1;
      return answer?.() ?? { accessToken: `token-${issues}`, expiresInSeconds: 100 };
    },
  });
  return {
    clock,
    credential,
    source: async (deadline?: Date) => (await credential(deadline)).token,
    issues: () => issues,
    answerWith: (next: typeof answer) => {
      answer = next;
    },
  };
};

describe('service token source', () => {
  it('keeps nobody waiting beyond its deadline when auth does not answer', async () => {
    const { source, answerWith } = setUp();
    answerWith(() => new Promise(() => undefined));

    await expect(source(new Date(Date.now() + 20))).rejects.toMatchObject({
      reason: 'DEADLINE_EXCEEDED',
    });
  });

  it('fetches one token for all who ask at once and renews it in the background at half its life', async () => {
    const { source, clock } = setUp();

    expect(await Promise.all([source(), source()])).toEqual(['token-1', 'token-1']);
    clock.advanceMs(51_000);
    expect(await source()).toBe('token-1');
    await settle();
    expect(await source()).toBe('token-2');
  });

  it('goes on with the old token while auth is away, and fails only after that has ended', async () => {
    const { source, clock, answerWith } = setUp();
    await source();
    answerWith(() => Promise.reject(new Error('away')));

    clock.advanceMs(99_000);
    expect(await source()).toBe('token-1');
    await settle();
    clock.advanceMs(2_000);
    await expect(source()).rejects.toThrow('away');
  });

  it('renews at half the life of a token, once for all who ask, and keeps nobody waiting for it', async () => {
    const { source, clock, issues, answerWith } = setUp();
    await source();
    answerWith(() => new Promise(() => undefined));

    clock.advanceMs(49_999);
    await source();
    expect(issues()).toBe(1);
    clock.advanceMs(1);
    expect(await Promise.all([source(), source()])).toEqual(['token-1', 'token-1']);
    clock.advanceMs(10_000);
    await source();

    expect(issues()).toBe(2);
  });

  it('pauses for five seconds after an early renewal that failed', async () => {
    const { source, clock, issues, answerWith } = setUp();
    await source();
    answerWith(() => Promise.reject(new Error('away')));
    clock.advanceMs(50_000);
    await source();
    await settle();

    clock.advanceMs(4_999);
    await source();
    expect(issues()).toBe(2);
    clock.advanceMs(1);
    await source();
    expect(issues()).toBe(3);
  });

  it('never gives a token out from the instant on at which it ends', async () => {
    const { source, clock } = setUp();
    await source();
    clock.advanceMs(100_000);

    expect(await source()).toBe('token-2');
  });

  it('tries again when the first token could not be had', async () => {
    const { source, answerWith } = setUp();
    answerWith(() => Promise.reject(new Error('away')));
    await expect(source()).rejects.toThrow('away');
    answerWith(undefined);

    expect(await source()).toBe('token-2');
  });

  describe('with a deadline', () => {
    beforeEach(() => {
      jest.useFakeTimers();
    });
    afterEach(() => {
      jest.useRealTimers();
    });

    it('gives a token that comes in time, and leaves no timer behind', async () => {
      const { source } = setUp();

      expect(await source(new Date(Date.now() + 1_000))).toBe('token-1');
      expect(jest.getTimerCount()).toBe(0);
    });

    it('waits until the deadline and not longer; who has more time gets the token later', async () => {
      const { source, answerWith } = setUp();
      let issue: () => void = () => undefined;
      answerWith(
        () =>
          new Promise((resolve) => {
            issue = () => resolve({ accessToken: 'late', expiresInSeconds: 100 });
          }),
      );
      let refused = false;
      const hasty = source(new Date(Date.now() + 1_000)).catch((error: unknown) => {
        refused = true;
        return error;
      });
      const patient = source(new Date(Date.now() + 9_000));

      await jest.advanceTimersByTimeAsync(999);
      expect(refused).toBe(false);
      await jest.advanceTimersByTimeAsync(1);
      expect(await hasty).toMatchObject({ kind: 'deadline', reason: 'DEADLINE_EXCEEDED' });
      issue();

      expect(await patient).toBe('late');
      expect(jest.getTimerCount()).toBe(0);
    });

    it('gives up at once when that is over', async () => {
      const { source, answerWith } = setUp();
      answerWith(() => new Promise(() => undefined));
      const refused = expect(source(new Date(Date.now() - 1_000))).rejects.toMatchObject({
        reason: 'DEADLINE_EXCEEDED',
      });
      await jest.advanceTimersByTimeAsync(0);
      await refused;
    });
  });

  describe('when a service refuses the token', () => {
    it('forgets it, so that the next call proves itself with a new one', async () => {
      const { credential, source } = setUp();
      const { onTokenRefused } = await credential();

      onTokenRefused?.();

      expect(await source()).toBe('token-2');
    });

    it('fetches one new token for all calls that were refused together', async () => {
      const { credential, source, issues } = setUp();
      const refused = await Promise.all(Array.from({ length: 20 }, () => credential()));

      for (const { onTokenRefused } of refused) onTokenRefused?.();
      await Promise.all(refused.map(() => source()));
      for (const { onTokenRefused } of refused) onTokenRefused?.();

      expect(await source()).toBe('token-2');
      expect(issues()).toBe(2);
    });

    it('asks auth again at most once in five seconds, however often it is refused', async () => {
      const { credential, clock, issues } = setUp();

      for (let second = 0; second < 20; second += 1) {
        for (let attempt = 0; attempt < 50; attempt += 1) (await credential()).onTokenRefused?.();
        clock.advanceMs(1_000);
      }

      expect(issues()).toBe(5);
    });
  });
});
