import { createTestClock } from '@flashreserve/ops';
import {
  makeIssuer,
  makeOutsideKey,
  type OutsideKey,
  publish,
  signOutside,
} from '../testing/outside-tokens';
import { createTokenVerifier } from '../token-verifier';
import type { TrustedIssuersAnswer } from './issuer-directory';

const START = new Date('2026-01-01T00:00:00Z');
const REFRESH_MS = 300_000;
const COOLDOWN_MS = 5_000;
const STALE_MS = 3_600_000;
const INVALID = { reason: 'TOKEN_INVALID' };

const known = makeOutsideKey('ES256', 'known');
const fresh = makeOutsideKey('ES256', 'fresh');
const one = makeIssuer('one');
const two = makeIssuer('two');

const setUp = () => {
  const clock = createTestClock(START);
  const asked: string[] = [];
  let made = 0;
  let keys: readonly OutsideKey[] = [known];
  let isAway = false;
  let expiresAt: Date | undefined;
  const answer = (): TrustedIssuersAnswer => ({
    issuers: [one, two].map((issuer) =>
      publish(issuer, keys, expiresAt ?? new Date(clock.now().getTime() + STALE_MS)),
    ),
    refreshMs: REFRESH_MS,
  });
  const { authenticate } = createTokenVerifier({
    clock,
    fetchKeys: async () => [],
    issuers: {
      fetch: async (alias) => {
        asked.push(alias);
        if (isAway) throw new Error('away');
        return answer();
      },
    },
  });
  /** A token that is not in the verifier's cache. */
  const newToken = (key: OutsideKey, issuer = one): string => {
    made += 1;
    const exp = START.getTime() / 1_000 + 80_000;
    return signOutside(key, issuer, { issuedAt: START, claims: { exp, jti: made } });
  };
  return {
    clock,
    asked,
    newToken,
    verify: (token: string) => authenticate(`Bearer ${token}`),
    publishKeys: (next: readonly OutsideKey[]) => {
      keys = next;
    },
    expireAt: (time: Date) => {
      expiresAt = time;
    },
    goAway: (away = true) => {
      isAway = away;
    },
  };
};

describe('keys of trusted issuers', () => {
  it('nothing is asked before the first token of an outside issuer', async () => {
    const { verify, asked } = setUp();
    await expect(verify('a.b.c')).rejects.toMatchObject(INVALID);
    expect(asked).toEqual([]);
  });

  it('concurrent tokens share one fetch, and later ones need none', async () => {
    const { verify, newToken, clock, asked } = setUp();
    await Promise.all(Array.from({ length: 20 }, () => verify(newToken(known))));
    clock.advanceMs(REFRESH_MS - 1);
    await verify(newToken(known, two));
    expect(asked).toEqual(['']);
  });

  it('a new key is known once the cool-down has passed, and its issuer is named', async () => {
    const { verify, newToken, clock, publishKeys, asked } = setUp();
    await verify(newToken(known));
    publishKeys([known, fresh]);
    await expect(verify(newToken(fresh))).resolves.toMatchObject({ userId: 'one|ada' });
    await expect(verify(newToken(makeOutsideKey('ES256', 'made-up')))).rejects.toMatchObject(
      INVALID,
    );
    expect(asked).toEqual(['', 'one']);
    clock.advanceMs(COOLDOWN_MS);
    await expect(verify(newToken(makeOutsideKey('ES256', 'made-up')))).rejects.toMatchObject(
      INVALID,
    );
    expect(asked).toEqual(['', 'one', 'one']);
  });

  it('made-up key ids of one issuer do not delay a new key of another', async () => {
    const { verify, newToken, publishKeys } = setUp();
    await verify(newToken(known));
    await expect(verify(newToken(fresh))).rejects.toMatchObject(INVALID);
    publishKeys([known, fresh]);
    await expect(verify(newToken(fresh, two))).resolves.toMatchObject({ userId: 'two|ada' });
  });

  it('made-up issuers cause one fetch in a cool-down', async () => {
    const { verify, newToken, asked } = setUp();
    await verify(newToken(known));
    for (let round = 0; round < 10; round += 1) {
      const issuer = makeIssuer(`evil-${round}`);
      await expect(verify(newToken(known, issuer))).rejects.toMatchObject(INVALID);
    }
    expect(asked).toEqual(['']);
  });

  it('a withdrawn key is refused once the refresh is due, even for a token that was accepted', async () => {
    const { verify, newToken, clock, publishKeys } = setUp();
    const token = newToken(known);
    await verify(token);
    publishKeys([fresh]);
    clock.advanceMs(REFRESH_MS - 1);
    await expect(verify(token)).resolves.toMatchObject({ kind: 'user' });
    clock.advanceMs(1);
    await expect(verify(token)).rejects.toMatchObject(INVALID);
    await expect(verify(newToken(fresh))).resolves.toMatchObject({ kind: 'user' });
  });

  it('known keys stay valid while auth is away, and it is asked once in a cool-down', async () => {
    const { verify, newToken, clock, goAway, asked } = setUp();
    await verify(newToken(known));
    goAway();
    clock.advanceMs(REFRESH_MS);
    for (let round = 0; round < 10; round += 1) await verify(newToken(known));
    expect(asked).toEqual(['', '']);
    clock.advanceMs(COOLDOWN_MS);
    await verify(newToken(known));
    expect(asked).toEqual(['', '', '']);
  });

  it('keys that nobody could fetch again expire', async () => {
    const { verify, newToken, clock, goAway } = setUp();
    const token = newToken(known);
    await verify(token);
    goAway();
    clock.advanceMs(STALE_MS - 1);
    await expect(verify(token)).resolves.toMatchObject({ kind: 'user' });
    // A cached token may outlive the expiry by a cool-down.
    clock.advanceMs(COOLDOWN_MS);
    const UNAVAILABLE = { kind: 'unavailable', reason: 'AUTH_UNAVAILABLE' };
    await expect(verify(token)).rejects.toMatchObject(UNAVAILABLE);
    goAway(false);
    clock.advanceMs(COOLDOWN_MS);
    await expect(verify(token)).resolves.toMatchObject({ kind: 'user' });
  });

  it('without an answer of auth nobody is refused for good', async () => {
    const { verify, newToken, goAway } = setUp();
    goAway();
    await expect(verify(newToken(known))).rejects.toMatchObject({ reason: 'AUTH_UNAVAILABLE' });
    goAway(false);
    await expect(verify(newToken(known))).resolves.toMatchObject({ kind: 'user' });
  });
});
