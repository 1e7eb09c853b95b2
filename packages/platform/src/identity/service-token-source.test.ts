import { createTestClock } from '../clock';
import { createServiceTokenSource } from './service-token-source';

const settle = (): Promise<void> => new Promise(setImmediate);

describe('service token source', () => {
  it('keeps nobody waiting beyond its deadline when auth does not answer', async () => {
    const source = createServiceTokenSource({
      clock: createTestClock(new Date(0)),
      issue: () => new Promise(() => undefined),
    });

    await expect(source(new Date(Date.now() + 20))).rejects.toMatchObject({
      reason: 'DEADLINE_EXCEEDED',
    });
  });

  it('fetches one token for all who ask at once and renews it in the background at half its life', async () => {
    const clock = createTestClock(new Date(0));
    let issued = 0;
    const source = createServiceTokenSource({
      clock,
      issue: async () => {
        issued += 1;
        return { accessToken: `token-${issued}`, expiresInSeconds: 100 };
      },
    });

    const both = await Promise.all([source(), source()]);
    expect(both.map(({ token }) => token)).toEqual(['token-1', 'token-1']);
    clock.advanceMs(51_000);
    expect((await source()).token).toBe('token-1');
    await settle();
    expect((await source()).token).toBe('token-2');
  });

  it('goes on with the old token while auth is away, and fails only after that has ended', async () => {
    const clock = createTestClock(new Date(0));
    let away = false;
    const source = createServiceTokenSource({
      clock,
      issue: async () => {
        if (away) throw new Error('away');
        return { accessToken: 'token', expiresInSeconds: 100 };
      },
    });
    await source();
    away = true;

    clock.advanceMs(99_000);
    expect((await source()).token).toBe('token');
    await settle();
    clock.advanceMs(2_000);
    await expect(source()).rejects.toThrow('away');
  });

  describe('when a service refuses the token', () => {
    const createSubject = () => {
      const clock = createTestClock(new Date(0));
      let issued = 0;
      const source = createServiceTokenSource({
        clock,
        issue: async () => {
          issued += 1;
          return { accessToken: `token-${issued}`, expiresInSeconds: 3_600 };
        },
      });
      return { clock, source, issued: () => issued };
    };

    it('forgets it, so that the next call proves itself with a new one', async () => {
      const { source } = createSubject();
      const { onTokenRefused } = await source();

      onTokenRefused?.();

      expect((await source()).token).toBe('token-2');
    });

    it('fetches one new token for all calls that were refused together', async () => {
      const { source, issued } = createSubject();
      const refused = await Promise.all(Array.from({ length: 20 }, () => source()));

      for (const { onTokenRefused } of refused) onTokenRefused?.();
      await Promise.all(refused.map(() => source()));
      for (const { onTokenRefused } of refused) onTokenRefused?.();

      expect((await source()).token).toBe('token-2');
      expect(issued()).toBe(2);
    });

    it('asks auth again at most once in five seconds, however often it is refused', async () => {
      const { source, clock, issued } = createSubject();

      for (let second = 0; second < 20; second += 1) {
        for (let attempt = 0; attempt < 50; attempt += 1) (await source()).onTokenRefused?.();
        clock.advanceMs(1_000);
      }

      expect(issued()).toBe(5);
    });
  });
});
