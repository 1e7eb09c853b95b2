import { createSilentLogger, createTestClock } from '@flashreserve/ops';
import type { Role, User } from '../domain/user';
import { createMemorySessions } from '../testing/memory-sessions';
import type { UserRepository } from './ports';
import { createRefreshSession } from './refresh-session';
import { createRevokeSession } from './revoke-session';

const START = new Date('2026-11-22T10:00:00Z');
const REFRESH_TTL_SECONDS = 3_600;
const GRACE_SECONDS = 10;
const later = (seconds: number): Date => new Date(START.getTime() + seconds * 1_000);

const INVALID = { kind: 'unauthenticated', reason: 'INVALID_REFRESH_TOKEN' };
const REUSED = { kind: 'unauthenticated', reason: 'REFRESH_TOKEN_REUSED' };

/** One user with one session, whose first refresh token is "token-0". */
const setUp = async ({ graceSeconds = GRACE_SECONDS } = {}) => {
  const clock = createTestClock(START);
  const sessions = createMemorySessions();
  let user: User | undefined = {
    userId: 'u-1',
    email: 'ann@example.org',
    name: '',
    role: 'ADMIN',
    createdAt: START,
    passwordVersion: 1,
  };
  let made = 0;
  const refreshTokens = {
    create: () => {
      made += 1;
      return `token-${made}`;
    },
    hash: (token: string) => `hash of ${token}`,
  };
  const kept: (readonly [string, Date])[] = [];
  const users: Pick<UserRepository, 'findById' | 'keepGuest'> = {
    findById: async (userId) => (userId === user?.userId ? user : undefined),
    keepGuest: async (...guest) => {
      kept.push(guest);
    },
  };
  const refresh = createRefreshSession({
    users,
    sessions,
    refreshTokens,
    issueAccessToken: async (subject) => ({
      accessToken: JSON.stringify(subject),
      expiresInSeconds: 900,
    }),
    clock,
    refreshTtlSeconds: REFRESH_TTL_SECONDS,
    graceSeconds,
    log: createSilentLogger(),
  });
  const life = { sessionId: 's-1', createdAt: START, expiresAt: later(REFRESH_TTL_SECONDS) };
  await sessions.open(
    { ...life, userId: 'u-1', passwordVersion: 1 },
    { ...life, tokenHash: 'hash of token-0' },
  );
  return {
    clock,
    sessions,
    kept,
    refresh,
    revoke: createRevokeSession({ sessions, refreshTokens, clock }),
    setRole: (role: Role) => {
      if (user !== undefined) user = { ...user, role };
    },
    changePassword: () => {
      if (user !== undefined) user = { ...user, passwordVersion: user.passwordVersion + 1 };
    },
    deleteUser: () => {
      user = undefined;
    },
  };
};

describe('RefreshSession', () => {
  it('a live refresh token is exchanged for an access token and a successor with a full lifetime', async () => {
    const { refresh, clock, sessions } = await setUp();
    clock.advanceMs(600_000);

    const pair = await refresh('token-0');

    expect(pair).toEqual({
      accessToken: JSON.stringify({
        kind: 'user',
        userId: 'u-1',
        role: 'ADMIN',
        sessionId: 's-1',
      }),
      expiresInSeconds: 900,
      refreshToken: 'token-1',
    });
    expect(sessions.tokens()).toEqual([
      {
        tokenHash: 'hash of token-0',
        sessionId: 's-1',
        createdAt: START,
        expiresAt: later(3_600),
        retiredAt: later(600),
      },
      {
        tokenHash: 'hash of token-1',
        sessionId: 's-1',
        createdAt: later(600),
        expiresAt: later(4_200),
      },
    ]);
    expect(sessions.session('s-1')?.expiresAt).toEqual(later(4_200));
    expect(await refresh('token-1')).toMatchObject({ refreshToken: 'token-2' });
  });

  it('a refreshed access token has the current role of the user', async () => {
    const { refresh, setRole } = await setUp();
    setRole('CUSTOMER');

    expect(JSON.parse((await refresh('token-0')).accessToken)).toMatchObject({ role: 'CUSTOMER' });
  });

  it('an unknown or expired refresh token is refused', async () => {
    const { refresh, clock, sessions } = await setUp();
    await expect(refresh('invented')).rejects.toMatchObject(INVALID);

    clock.advanceMs(REFRESH_TTL_SECONDS * 1_000);
    await expect(refresh('token-0')).rejects.toMatchObject(INVALID);

    expect(sessions.tokens()).toHaveLength(1);
  });

  it('a refresh is refused if the session or the user was deleted', async () => {
    const gone = await setUp();
    gone.sessions.forget('s-1');
    await expect(gone.refresh('token-0')).rejects.toMatchObject(INVALID);
    expect(gone.sessions.tokens()).toHaveLength(1);

    const deleted = await setUp();
    deleted.deleteUser();
    await expect(deleted.refresh('token-0')).rejects.toMatchObject(INVALID);
  });

  it('a refresh of a session from before a password change is refused', async () => {
    const { refresh, changePassword } = await setUp();
    changePassword();

    await expect(refresh('token-0')).rejects.toMatchObject(INVALID);
  });

  it('the presented token stays valid after a failure between storing its successor and retiring it', async () => {
    const { refresh, sessions } = await setUp();
    jest.spyOn(sessions, 'retireToken').mockRejectedValueOnce(new Error('away'));
    await expect(refresh('token-0')).rejects.toThrow('away');

    await expect(refresh('token-0')).resolves.toMatchObject({ refreshToken: 'token-2' });
  });

  it('a refresh is refused if the session is revoked while it is in flight', async () => {
    const { refresh, revoke, sessions } = await setUp();
    const retire = sessions.retireToken;
    jest.spyOn(sessions, 'retireToken').mockImplementation(async (...call) => {
      await revoke('token-0');
      return retire(...call);
    });

    await expect(refresh('token-0')).rejects.toMatchObject(INVALID);
    await expect(refresh('token-1')).rejects.toMatchObject(INVALID);
  });
});

describe('a refresh token that is reused', () => {
  it('a token reused within the grace period gets another successor, and no other token is retired', async () => {
    const { refresh, clock, sessions } = await setUp();
    await refresh('token-0');
    clock.advanceMs(GRACE_SECONDS * 1_000 - 1);
    const retire = jest.spyOn(sessions, 'retireToken');

    expect(await refresh('token-0')).toMatchObject({ refreshToken: 'token-2' });

    expect(retire).not.toHaveBeenCalled();
    expect(sessions.tokens()[0]?.retiredAt).toEqual(START);
    expect(await refresh('token-1')).toMatchObject({ refreshToken: 'token-3' });
    expect(await refresh('token-2')).toMatchObject({ refreshToken: 'token-4' });
  });

  it('a token reused after the grace period ends the session', async () => {
    const { refresh, clock, sessions } = await setUp();
    await refresh('token-0');
    clock.advanceMs(GRACE_SECONDS * 1_000);

    await expect(refresh('token-0')).rejects.toMatchObject(REUSED);

    expect(sessions.session('s-1')?.endedAt).toEqual(later(GRACE_SECONDS));
    await expect(refresh('token-1')).rejects.toMatchObject(INVALID);
    await expect(refresh('token-0')).rejects.toMatchObject(REUSED);
  });

  it('two tabs that refresh one token concurrently both get a successor', async () => {
    const { refresh, sessions } = await setUp();

    const pairs = await Promise.all([refresh('token-0'), refresh('token-0')]);

    expect(new Set(pairs.map(({ refreshToken }) => refreshToken)).size).toBe(2);
    expect(sessions.session('s-1')?.endedAt).toBeUndefined();
  });

  it('a token used once can be refreshed even without a grace period', async () => {
    const { refresh } = await setUp({ graceSeconds: 0 });

    await expect(refresh('token-0')).resolves.toMatchObject({ refreshToken: 'token-1' });
    await expect(refresh('token-1')).resolves.toMatchObject({ refreshToken: 'token-2' });
  });

  it('without a grace period concurrent use of a token ends the session', async () => {
    const { refresh, sessions } = await setUp({ graceSeconds: 0 });

    const outcomes = await Promise.allSettled([refresh('token-0'), refresh('token-0')]);

    expect(outcomes.map(({ status }) => status)).toContain('rejected');
    expect(sessions.session('s-1')?.endedAt).toEqual(START);
  });
});

describe('RevokeSession', () => {
  it.each(['token-0', 'token-1'])(
    'the session is revoked by its token %s, live or retired',
    async (token) => {
      const { refresh, revoke, clock, sessions } = await setUp();
      await refresh('token-0');
      clock.advanceMs(1_000);

      await revoke(token);

      expect(sessions.session('s-1')?.endedAt).toEqual(later(1));
      await expect(refresh('token-1')).rejects.toMatchObject(INVALID);
    },
  );

  it('a revocation with an unknown token succeeds and does nothing', async () => {
    const { revoke, sessions } = await setUp();

    await expect(revoke('invented')).resolves.toBeUndefined();
    expect(sessions.session('s-1')?.endedAt).toBeUndefined();
  });

  it("a guest's refresh keeps the guest as long as its new token, and nobody else's keeps a user", async () => {
    const { refresh, setRole, kept, clock } = await setUp();
    const { refreshToken } = await refresh('token-0');
    expect(kept).toEqual([]);

    setRole('GUEST');
    clock.advanceMs(60_000);
    await refresh(refreshToken);

    expect(kept).toEqual([['u-1', later(60 + REFRESH_TTL_SECONDS)]]);
  });
});
