import { createTestClock } from '@flashreserve/ops';
import { createServiceTokenSource, type IssuedToken } from './service-token-source';

const settle = (): Promise<void> => new Promise(setImmediate);

/** An auth stub that issues tokens of 100 seconds until told otherwise. */
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
  it('a caller waits no longer than its deadline when auth does not answer', async () => {
    const { source, answerWith } = setUp();
    answerWith(() => new Promise(() => undefined));

    await expect(source(new Date(Date.now() + 20))).rejects.toMatchObject({
      reason: 'DEADLINE_EXCEEDED',
    });
  });

  it('concurrent callers share one token, which is renewed in the background at half its lifetime', async () => {
    const { source, clock } = setUp();

    expect(await Promise.all([source(), source()])).toEqual(['token-1', 'token-1']);
    clock.advanceMs(51_000);
    expect(await source()).toBe('token-1');
    await settle();
    expect(await source()).toBe('token-2');
  });

  it('the old token is used while auth is down, until it expires', async () => {
    const { source, clock, answerWith } = setUp();
    await source();
    answerWith(() => Promise.reject(new Error('away')));

    clock.advanceMs(99_000);
    expect(await source()).toBe('token-1');
    await settle();
    clock.advanceMs(2_000);
    await expect(source()).rejects.toThrow('away');
  });

  it('renewal starts at half the lifetime, once for concurrent callers, and blocks none of them', async () => {
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

  it('a failed early renewal is retried after five seconds', async () => {
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

  it('a token is never returned once it has expired', async () => {
    const { source, clock } = setUp();
    await source();
    clock.advanceMs(100_000);

    expect(await source()).toBe('token-2');
  });

  it('a failed first fetch is retried by the next call', async () => {
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

    it('a token that arrives in time is returned, and no timer is left behind', async () => {
      const { source } = setUp();

      expect(await source(new Date(Date.now() + 1_000))).toBe('token-1');
      expect(jest.getTimerCount()).toBe(0);
    });

    it('a caller waits until its own deadline; one with more time still gets the token', async () => {
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

    it('a passed deadline fails at once', async () => {
      const { source, answerWith } = setUp();
      answerWith(() => new Promise(() => undefined));
      const refused = expect(source(new Date(Date.now() - 1_000))).rejects.toMatchObject({
        reason: 'DEADLINE_EXCEEDED',
      });
      await jest.advanceTimersByTimeAsync(0);
      await refused;
    });
  });

  describe('when a service rejects the token', () => {
    it('a rejected token is dropped, so that the next call uses a new one', async () => {
      const { credential, source } = setUp();
      const { onTokenRefused } = await credential();

      onTokenRefused?.();

      expect(await source()).toBe('token-2');
    });

    it('calls rejected together share one new token', async () => {
      const { credential, source, issues } = setUp();
      const refused = await Promise.all(Array.from({ length: 20 }, () => credential()));

      for (const { onTokenRefused } of refused) onTokenRefused?.();
      await Promise.all(refused.map(() => source()));
      for (const { onTokenRefused } of refused) onTokenRefused?.();

      expect(await source()).toBe('token-2');
      expect(issues()).toBe(2);
    });

    it('auth is called at most once in five seconds, however often tokens are rejected', async () => {
      const { credential, clock, issues } = setUp();

      for (let second = 0; second < 20; second += 1) {
        for (let attempt = 0; attempt < 50; attempt += 1) (await credential()).onTokenRefused?.();
        clock.advanceMs(1_000);
      }

      expect(issues()).toBe(5);
    });
  });
});
