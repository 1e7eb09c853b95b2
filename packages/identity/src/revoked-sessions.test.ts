import { createTestClock } from '@flashreserve/ops';
import {
  createRevokedSessions,
  type RevokedSession,
  type RevokedSessionsAnswer,
} from './revoked-sessions';
import { makeTestKey, makeTestToken } from './testing/tokens';
import { createTokenVerifier } from './token-verifier';

const START = new Date('2026-11-28T10:00:00Z');
const key = makeTestKey('k');
const later = (seconds: number): Date => new Date(START.getTime() + seconds * 1_000);

const setUp = async (options: { readonly sessionsMax?: number } = {}) => {
  const clock = createTestClock(START);
  let ended: readonly RevokedSession[] = [];
  let answer = async (): Promise<RevokedSessionsAnswer> => ({
    sessions: ended,
    readAt: clock.now(),
  });
  const asked: (Date | undefined)[] = [];
  const revokedSessions = createRevokedSessions({
    clock,
    ...options,
    // Long enough that polling never interferes with the test.
    pollMs: 3_600_000,
    fetch: (since) => {
      asked.push(since);
      return answer();
    },
  });
  const verifier = createTokenVerifier({
    clock,
    revokedSessions,
    fetchKeys: async () => [key.jwk],
  });
  await revokedSessions.confirmFresh(undefined);
  return {
    clock,
    asked,
    verifier,
    end: (...sessions: readonly RevokedSession[]) => {
      ended = sessions;
    },
    answerWith: (next: typeof answer) => {
      answer = next;
    },
    use: async (claims: object) => {
      const principal = await verifier.authenticate(
        `Bearer ${makeTestToken(key, START, { claims })}`,
      );
      await verifier.confirmSession(principal);
    },
    stop: revokedSessions.stop,
  };
};

const ADMIN = { role: 'ADMIN', sid: 's-1' };
const away = () => Promise.reject(new Error('Auth is down.'));

describe('session of an administrator', () => {
  it('confirming a session needs no request while the list is at most 5 s old', async () => {
    const { use, asked, clock, stop } = await setUp();
    for (let call = 0; call < 100; call += 1) await use(ADMIN);
    clock.advanceMs(5_000);
    await use(ADMIN);
    expect(asked).toHaveLength(1);
    stop();
  });

  it('a session is refused at most 5 s after it ended, even with a cached token', async () => {
    const { use, end, clock, asked, stop } = await setUp();
    await use(ADMIN);
    end({ sessionId: 's-1', expiresAt: later(900) });
    clock.advanceMs(5_001);

    await expect(use(ADMIN)).rejects.toMatchObject({ reason: 'TOKEN_REVOKED' });
    await expect(use({ ...ADMIN, sid: 's-2' })).resolves.toBeUndefined();
    // Only changes are requested, and once for concurrent callers.
    expect(asked).toEqual([undefined, START]);
    stop();
  });

  it('a session cannot be confirmed once auth has been down for more than 5 s', async () => {
    const { use, answerWith, clock, stop } = await setUp();
    answerWith(away);
    clock.advanceMs(5_000);
    await use(ADMIN);
    clock.advanceMs(1);
    await expect(use(ADMIN)).rejects.toMatchObject({
      kind: 'unavailable',
      reason: 'AUTH_UNAVAILABLE',
    });
    stop();
  });

  it('a session cannot be confirmed for a token without a session id', async () => {
    const { use, stop } = await setUp();
    await expect(use({ role: 'ADMIN' })).rejects.toMatchObject({ reason: 'TOKEN_INVALID' });
    stop();
  });

  it('a flood of ended sessions hides no later one, and keeps out only older tokens', async () => {
    const { use, end, clock, stop } = await setUp({ sessionsMax: 2 });
    const flood = ['a', 'b', 'c'].map((sessionId) => ({ sessionId, expiresAt: later(900) }));
    end(...flood, { sessionId: 's-1', expiresAt: later(960) });
    clock.advanceMs(5_001);
    const newer = { ...ADMIN, sid: 's-2', exp: later(901).getTime() / 1_000 };
    await expect(use(newer)).resolves.toBeUndefined();
    await expect(use(ADMIN)).rejects.toMatchObject({ reason: 'TOKEN_REVOKED' });
    // The session of this token is one that made room.
    await expect(use({ ...ADMIN, sid: 'a' })).rejects.toMatchObject({ reason: 'AUTH_UNAVAILABLE' });
    stop();
  });

  it('once the tokens of all sessions that made room have expired, any session can be confirmed', async () => {
    const { use, end, clock, stop } = await setUp({ sessionsMax: 2 });
    end(...['a', 'b', 'c'].map((sessionId) => ({ sessionId, expiresAt: later(60) })));
    clock.advanceMs(5_001);
    await expect(use({ ...ADMIN, exp: later(60).getTime() / 1_000 })).rejects.toMatchObject({
      reason: 'AUTH_UNAVAILABLE',
    });
    end();
    clock.set(later(60));
    await expect(use(ADMIN)).resolves.toBeUndefined();
    stop();
  });
});

describe('token of a customer', () => {
  it('a customer token is refused once the list has its session, and never waits for the list', async () => {
    const { verifier, end, answerWith, clock, stop } = await setUp();
    const authenticate = (sid: string) =>
      verifier.authenticate(`Bearer ${makeTestToken(key, START, { claims: { sid } })}`);
    end({ sessionId: 's-1', expiresAt: later(900) });
    clock.advanceMs(5_001);
    await verifier.confirmSession(await authenticate('s-3'));
    answerWith(() => new Promise(() => undefined));
    clock.advanceMs(60_000);

    await expect(authenticate('s-1')).rejects.toMatchObject({ reason: 'TOKEN_REVOKED' });
    await expect(authenticate('s-2')).resolves.toMatchObject({ userId: 'u-1' });
    stop();
  });
});

describe('list of ended sessions', () => {
  it('a session is dropped when its last token has expired', async () => {
    const { use, end, clock, stop } = await setUp();
    end({ sessionId: 's-1', expiresAt: later(30) });
    clock.advanceMs(5_001);
    await expect(use(ADMIN)).rejects.toMatchObject({ reason: 'TOKEN_REVOKED' });
    end();
    clock.set(later(31));
    await expect(use({ ...ADMIN, sid: 's-2' })).resolves.toBeUndefined();
    await expect(use(ADMIN)).resolves.toBeUndefined();
    stop();
  });
});
