import type { TokenPair } from '@flashreserve/contracts/auth';
import { createTestClock } from '@flashreserve/ops';
import { type Auth, freshEmail, given, PASSWORD, startAuth } from './auth-fixture';

const GRACE_MS = 10_000;
const clock = createTestClock(new Date());
let auth: Auth;

beforeAll(async () => {
  auth = await startAuth({ clock });
});
afterAll(() => auth.stop());

const sessionOf = ({ accessToken }: TokenPair): unknown =>
  JSON.parse(Buffer.from(accessToken.split('.')[1] ?? '', 'base64url').toString()).sid;
const refused = (reason: string) => ({ kind: 'unauthenticated', reason });

describe('Register', () => {
  it('Register creates a customer and normalizes case and spaces of the address', async () => {
    const email = freshEmail();

    const user = await auth.register({ email: `  ${email.toUpperCase()} ` });

    expect(user).toMatchObject({ email, name: 'Ann', role: 'ROLE_CUSTOMER' });
    expect(given(user.createTime).getTime()).toBe(clock.now().getTime());
    await expect(auth.login(` ${email.toUpperCase()}`)).resolves.toBeDefined();
  });

  it('of 20 concurrent registrations of one address one succeeds', async () => {
    const email = freshEmail();

    const outcomes = await Promise.allSettled(
      Array.from({ length: 20 }, () => auth.register({ email })),
    );

    const refusals = outcomes.filter((outcome) => outcome.status === 'rejected');
    expect(refusals).toHaveLength(19);
    for (const { reason } of refusals) {
      expect(reason).toMatchObject({ kind: 'already-exists', reason: 'EMAIL_TAKEN' });
    }
  });
});

describe('Login', () => {
  it('Login returns an access token for the user and its lifetime', async () => {
    const { user, tokens } = await auth.newCustomer();

    expect(tokens.expiresInSeconds).toBe(900);
    const shown = await auth.call(
      'getUser',
      { userId: user.userId },
      { token: tokens.accessToken },
    );
    expect(shown.user).toEqual(user);
  });

  it('Login returns the same error for an unknown address and a wrong password', async () => {
    const { user } = await auth.newCustomer();
    const failureOf = (email: string, password: string) =>
      auth.login(email, password).catch(({ kind, reason, message }) => ({ kind, reason, message }));

    const wrongPassword = await failureOf(user.email, `${PASSWORD}!`);

    expect(wrongPassword).toMatchObject(refused('INVALID_CREDENTIALS'));
    expect(await failureOf(freshEmail(), PASSWORD)).toEqual(wrongPassword);
    expect(await failureOf('no address at all', PASSWORD)).toEqual(wrongPassword);
  });
});

describe('RefreshSession', () => {
  it('RefreshSession exchanges each new refresh token for another pair', async () => {
    const { user, tokens } = await auth.newCustomer();
    let { refreshToken } = tokens;
    for (let round = 0; round < 3; round += 1) {
      clock.advanceMs(60_000);
      const next = await auth.refresh(refreshToken);
      expect(next.refreshToken).not.toBe(refreshToken);
      await expect(
        auth.call('getUser', { userId: user.userId }, { token: next.accessToken }),
      ).resolves.toMatchObject({ user: { userId: user.userId } });
      refreshToken = next.refreshToken;
    }
  });

  it('a refresh token reused within 10 s gets another pair', async () => {
    const { tokens } = await auth.newCustomer();

    const lost = await auth.refresh(tokens.refreshToken);
    clock.advanceMs(GRACE_MS - 1);
    const repeated = await auth.refresh(tokens.refreshToken);

    expect(repeated.refreshToken).not.toBe(lost.refreshToken);
    await expect(auth.refresh(repeated.refreshToken)).resolves.toBeDefined();
    await expect(auth.refresh(lost.refreshToken)).resolves.toBeDefined();
  });

  it('10 concurrent refreshes of one token all get usable tokens', async () => {
    const { tokens } = await auth.newCustomer();

    const pairs = await Promise.all(
      Array.from({ length: 10 }, () => auth.refresh(tokens.refreshToken)),
    );

    expect(new Set(pairs.map(({ refreshToken }) => refreshToken)).size).toBe(10);
    for (const { refreshToken } of pairs) {
      await expect(auth.refresh(refreshToken)).resolves.toBeDefined();
    }
  });

  it('a retired token reused after the grace period ends the whole session, and each reuse is refused', async () => {
    const { user, tokens } = await auth.newCustomer();
    const other = await auth.login(user.email);
    const next = await auth.refresh(tokens.refreshToken);

    clock.advanceMs(GRACE_MS);

    await expect(auth.refresh(tokens.refreshToken)).rejects.toMatchObject(
      refused('REFRESH_TOKEN_REUSED'),
    );
    await expect(auth.refresh(tokens.refreshToken)).rejects.toMatchObject(
      refused('REFRESH_TOKEN_REUSED'),
    );
    await expect(auth.refresh(next.refreshToken)).rejects.toMatchObject(
      refused('INVALID_REFRESH_TOKEN'),
    );
    await expect(auth.refresh(other.refreshToken)).resolves.toBeDefined();
  });

  it('20 concurrent reuses of a retired token end the session with all of its pairs', async () => {
    const { tokens } = await auth.newCustomer();
    const pairs = await Promise.all([1, 2].map(() => auth.refresh(tokens.refreshToken)));
    clock.advanceMs(GRACE_MS);

    const replays = await Promise.allSettled(
      Array.from({ length: 20 }, () => auth.refresh(tokens.refreshToken)),
    );

    for (const replay of replays) {
      expect(replay).toMatchObject({ reason: refused('REFRESH_TOKEN_REUSED') });
    }
    for (const { refreshToken } of pairs) {
      await expect(auth.refresh(refreshToken)).rejects.toMatchObject(
        refused('INVALID_REFRESH_TOKEN'),
      );
    }
  });

  it('the grace period counts from the first exchange, however often the token is reused', async () => {
    const { tokens } = await auth.newCustomer();
    await auth.refresh(tokens.refreshToken);
    for (let second = 0; second < 9; second += 3) {
      clock.advanceMs(3_000);
      await auth.refresh(tokens.refreshToken);
    }
    clock.advanceMs(1_000);

    await expect(auth.refresh(tokens.refreshToken)).rejects.toMatchObject(
      refused('REFRESH_TOKEN_REUSED'),
    );
  });

  it('tokens of two concurrent refreshes belong to one session, which a log-out ends', async () => {
    const { tokens } = await auth.newCustomer();
    const [one, two] = await Promise.all([
      auth.refresh(tokens.refreshToken),
      auth.refresh(tokens.refreshToken),
    ]);
    expect(sessionOf(one)).toBe(sessionOf(two));
    expect(sessionOf(one)).toBe(sessionOf(tokens));

    await auth.call('revokeSession', { refreshToken: one.refreshToken });

    await expect(auth.refresh(two.refreshToken)).rejects.toMatchObject(
      refused('INVALID_REFRESH_TOKEN'),
    );
  });

  it('RefreshSession refuses unknown and expired tokens', async () => {
    const { tokens } = await auth.newCustomer();
    await expect(auth.refresh('invented')).rejects.toMatchObject(refused('INVALID_REFRESH_TOKEN'));

    clock.advanceMs(2_592_000_000);

    await expect(auth.refresh(tokens.refreshToken)).rejects.toMatchObject(
      refused('INVALID_REFRESH_TOKEN'),
    );
  });
});

describe('RevokeSession', () => {
  it('RevokeSession ends the session of any of its tokens and succeeds when repeated or for unknown tokens', async () => {
    const { user, tokens } = await auth.newCustomer();
    const other = await auth.login(user.email);
    const next = await auth.refresh(tokens.refreshToken);

    for (const refreshToken of [tokens.refreshToken, tokens.refreshToken, 'invented']) {
      await expect(auth.call('revokeSession', { refreshToken })).resolves.toEqual({});
    }

    for (const { refreshToken } of [tokens, next]) {
      await expect(auth.refresh(refreshToken)).rejects.toMatchObject(
        refused('INVALID_REFRESH_TOKEN'),
      );
    }
    await expect(auth.refresh(other.refreshToken)).resolves.toBeDefined();
  });

  it('when log-out and refresh race, the session ends', async () => {
    for (let round = 0; round < 20; round += 1) {
      const { tokens } = await auth.newCustomer();
      const { refreshToken } = tokens;

      const [refreshed] = await Promise.allSettled([
        auth.refresh(refreshToken),
        auth.call('revokeSession', { refreshToken }),
      ]);

      if (refreshed.status === 'fulfilled') {
        await expect(auth.refresh(refreshed.value.refreshToken)).rejects.toMatchObject(
          refused('INVALID_REFRESH_TOKEN'),
        );
      } else {
        expect(refreshed.reason).toMatchObject(refused('INVALID_REFRESH_TOKEN'));
      }
    }
  });
});

describe('EndSession', () => {
  it('EndSession ends the session of its access token and succeeds when repeated', async () => {
    const { user, tokens } = await auth.newCustomer();
    const other = await auth.login(user.email);
    const token = tokens.accessToken;
    const request = { sessionId: String(sessionOf(tokens)) };

    await expect(auth.call('endSession', request, { token })).resolves.toEqual({});
    // Once auth has read the list of ended sessions, the token itself is refused.
    await auth.call('endSession', request, { token }).catch((error: unknown) => {
      expect(error).toMatchObject(refused('TOKEN_REVOKED'));
    });

    await expect(auth.refresh(tokens.refreshToken)).rejects.toMatchObject(
      refused('INVALID_REFRESH_TOKEN'),
    );
    await expect(auth.refresh(other.refreshToken)).resolves.toBeDefined();
  });

  it('EndSession cannot end another session, not even of the same user', async () => {
    const { user, tokens } = await auth.newCustomer();
    const other = await auth.login(user.email);
    const stranger = await auth.newCustomer();

    for (const session of [other, stranger.tokens]) {
      const request = { sessionId: String(sessionOf(session)) };
      const call = auth.call('endSession', request, { token: tokens.accessToken });
      await expect(call).rejects.toMatchObject({ reason: 'PERMISSION_DENIED' });
    }

    await expect(auth.refresh(other.refreshToken)).resolves.toBeDefined();
    await expect(auth.refresh(stranger.tokens.refreshToken)).resolves.toBeDefined();
  });
});
