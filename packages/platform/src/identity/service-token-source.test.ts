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

    expect(await Promise.all([source(), source()])).toEqual(['token-1', 'token-1']);
    clock.advanceMs(51_000);
    expect(await source()).toBe('token-1');
    await settle();
    expect(await source()).toBe('token-2');
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
    expect(await source()).toBe('token');
    await settle();
    clock.advanceMs(2_000);
    await expect(source()).rejects.toThrow('away');
  });
});
