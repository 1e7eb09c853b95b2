import { createTestClock } from '@flashreserve/ops';
import { makeTestKey, makeTestToken, type TestKey } from './testing/tokens';
import { createTokenVerifier, type PublicJwk, type TokenVerifierOptions } from './token-verifier';

const START = new Date('2026-01-01T00:00:00Z');
const COOLDOWN_MS = 5_000;
const MAX_AGE_MS = 600_000;
const known = makeTestKey('known');
const fresh = makeTestKey('fresh');

/** The module instance that the verifier calls, so that signature checks can be counted. */
const jwt = jest.requireActual<{ verify: (...args: unknown[]) => unknown }>('jsonwebtoken');

/** An auth stub that publishes the known key until told otherwise. */
const setUp = (options: Partial<TokenVerifierOptions> = {}) => {
  const clock = createTestClock(START);
  let answer = (): Promise<readonly PublicJwk[]> => Promise.resolve([known.jwk]);
  let fetches = 0;
  const { authenticate } = createTokenVerifier({
    clock,
    fetchKeys: () => {
      fetches += 1;
      return answer();
    },
    ...options,
  });
  let made = 0;
  /** A token that is not in the verifier's cache. */
  const newToken = (key: TestKey, claims: object = {}): string => {
    made += 1;
    const exp = START.getTime() / 1000 + 86_400;
    return makeTestToken(key, START, { claims: { exp, jti: String(made), ...claims } });
  };
  return {
    clock,
    newToken,
    verify: (token: string) => authenticate(`Bearer ${token}`),
    fetches: () => fetches,
    answerWith: (next: typeof answer) => {
      answer = next;
    },
  };
};
const INVALID = { kind: 'unauthenticated', reason: 'TOKEN_INVALID' };
const turn = (): Promise<void> => new Promise(setImmediate);

describe('keys of the token verifier', () => {
  it('keys are fetched once for concurrent calls, and not again within their maximum age', async () => {
    const { verify, newToken, clock, fetches } = setUp();

    await Promise.all(Array.from({ length: 20 }, () => verify(newToken(known))));
    clock.advanceMs(MAX_AGE_MS);
    await verify(newToken(known));

    expect(fetches()).toBe(1);
  });

  it('keys are fetched again after their maximum age, so that a withdrawn key stops being trusted', async () => {
    const { verify, newToken, clock, fetches, answerWith } = setUp();
    await verify(newToken(known));
    answerWith(async () => [fresh.jwk]);
    clock.advanceMs(MAX_AGE_MS + 1);

    await expect(verify(newToken(known))).rejects.toMatchObject(INVALID);
    expect(fetches()).toBe(2);
    await expect(verify(newToken(fresh))).resolves.toMatchObject({ kind: 'user' });
  });

  it('an unknown key id causes a fetch only after the cool-down', async () => {
    const { verify, newToken, clock, fetches, answerWith } = setUp();
    await verify(newToken(known));
    answerWith(async () => [fresh.jwk, known.jwk]);

    clock.advanceMs(COOLDOWN_MS - 1);
    await expect(verify(newToken(fresh))).rejects.toMatchObject(INVALID);
    expect(fetches()).toBe(1);
    clock.advanceMs(1);
    await expect(verify(newToken(fresh))).resolves.toMatchObject({ kind: 'user' });
    expect(fetches()).toBe(2);
  });

  it('calls with an unknown key id wait for a fetch in flight', async () => {
    const { verify, newToken, clock, fetches, answerWith } = setUp();
    await verify(newToken(known));
    clock.advanceMs(COOLDOWN_MS);
    let publish: (keys: readonly PublicJwk[]) => void = () => undefined;
    answerWith(
      () =>
        new Promise((resolve) => {
          publish = resolve;
        }),
    );

    const waiting = [verify(newToken(fresh)), verify(newToken(fresh))];
    await turn();
    await expect(verify(newToken(known))).resolves.toMatchObject({ kind: 'user' });
    publish([fresh.jwk, known.jwk]);

    expect(await Promise.all(waiting)).toMatchObject([{ kind: 'user' }, { kind: 'user' }]);
    expect(fetches()).toBe(2);
  });

  it('without any keys, each call fetches, without a cool-down', async () => {
    const { verify, newToken, fetches, answerWith } = setUp();
    const cause = new Error('away');
    answerWith(() => Promise.reject(cause));
    await expect(verify(newToken(known))).rejects.toMatchObject({
      kind: 'unavailable',
      reason: 'AUTH_UNAVAILABLE',
      cause,
    });
    answerWith(async () => []);
    await expect(verify(newToken(known))).rejects.toMatchObject(INVALID);
    answerWith(async () => [known.jwk]);

    await expect(verify(newToken(known))).resolves.toMatchObject({ kind: 'user' });
    expect(fetches()).toBe(3);
  });

  it('known keys stay valid while auth is down, and fetches respect the cool-down', async () => {
    const { verify, newToken, clock, fetches, answerWith } = setUp();
    await verify(newToken(known));
    answerWith(() => Promise.reject(new Error('away')));
    clock.advanceMs(MAX_AGE_MS + 1);

    for (let second = 0; second < 10; second += 1) {
      await expect(verify(newToken(known))).resolves.toMatchObject({ kind: 'user' });
      await expect(verify(newToken(fresh))).rejects.toMatchObject(INVALID);
      clock.advanceMs(1_000);
    }
    expect(fetches()).toBe(3);
  });

  it('a token with an unknown key id is rejected when the shared fetch fails', async () => {
    const { verify, newToken, clock, answerWith } = setUp();
    await verify(newToken(known));
    clock.advanceMs(COOLDOWN_MS);
    let fail: (error: Error) => void = () => undefined;
    answerWith(
      () =>
        new Promise((_resolve, reject) => {
          fail = reject;
        }),
    );

    const refused = [verify(newToken(fresh)), verify(newToken(fresh))].map((one) =>
      expect(one).rejects.toMatchObject(INVALID),
    );
    await turn();
    fail(new Error('away'));
    await Promise.all(refused);
  });
});

describe('cache of the token verifier', () => {
  const countChecks = () => {
    const verify = jest.spyOn(jwt, 'verify');
    return () => verify.mock.calls.length;
  };
  afterEach(() => {
    jest.restoreAllMocks();
  });

  it('the signature of a repeated token is checked once', async () => {
    const checks = countChecks();
    const { verify, newToken, clock } = setUp();
    const token = newToken(known);

    const first = await verify(token);
    for (let call = 0; call < 10; call += 1) {
      clock.advanceMs(MAX_AGE_MS / 10 - 1);
      expect(await verify(token)).toBe(first);
    }

    expect(checks()).toBe(1);
  });

  it('a key fetch for any token clears the whole cache', async () => {
    const { verify, newToken, clock, answerWith } = setUp();
    const token = newToken(known);
    await verify(token);
    answerWith(async () => [fresh.jwk]);
    clock.advanceMs(COOLDOWN_MS);
    await verify(newToken(fresh));

    await expect(verify(token)).rejects.toMatchObject(INVALID);
  });

  it('a bad token is checked every time', async () => {
    const checks = countChecks();
    const { verify, newToken } = setUp();
    const bad = newToken(known, { aud: 'other' });

    for (let call = 0; call < 3; call += 1) {
      await expect(verify(bad)).rejects.toMatchObject(INVALID);
    }
    expect(checks()).toBe(3);
  });

  it('the cache keeps the most recently used tokens, up to its maximum', async () => {
    const checks = countChecks();
    const { verify, newToken } = setUp({ rememberedTokensMax: 2 });
    const [a, b, c] = [newToken(known), newToken(known), newToken(known)];

    for (const token of [a, b, a, c, a]) await verify(token);
    expect(checks()).toBe(3);
    await verify(b);
    expect(checks()).toBe(4);
  });

  it('fresh keys are fetched once per cool-down while auth is down, also for cached tokens', async () => {
    const checks = countChecks();
    const { verify, newToken, clock, fetches, answerWith } = setUp();
    const token = newToken(known);
    await verify(token);
    answerWith(() => Promise.reject(new Error('away')));
    clock.advanceMs(MAX_AGE_MS + 1);
    await verify(token);
    expect([fetches(), checks()]).toEqual([2, 2]);

    clock.advanceMs(COOLDOWN_MS - 1);
    await verify(token);
    expect([fetches(), checks()]).toEqual([2, 2]);
    answerWith(async () => [fresh.jwk]);
    clock.advanceMs(1);

    await expect(verify(token)).rejects.toMatchObject(INVALID);
    expect(fetches()).toBe(3);
  });
});
