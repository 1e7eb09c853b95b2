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
  it('makes a customer whatever case and blanks the address has', async () => {
    const email = freshEmail();

    const user = await auth.register({ email: `  ${email.toUpperCase()} ` });

    expect(user).toMatchObject({ email, name: 'Ann', role: 'ROLE_CUSTOMER' });
    expect(given(user.createTime).getTime()).toBe(clock.now().getTime());
    await expect(auth.login(` ${email.toUpperCase()}`)).resolves.toBeDefined();
  });

  it('gives an address to one of 20 who register it at once', async () => {
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
  it('gives an access token for its user and says how long it lasts', async () => {
    const { user, tokens } = await auth.newCustomer();

    expect(tokens.expiresInSeconds).toBe(900);
    const shown = await auth.call(
      'getUser',
      { userId: user.userId },
      { token: tokens.accessToken },
    );
    expect(shown.user).toEqual(user);
  });

  it('answers the same to an unknown address and to a wrong password', async () => {
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
  it('exchanges a token for a fresh pair, again and again', async () => {
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

  it('forgives a repeat within 10 s, because the reply may have been lost', async () => {
    const { tokens } = await auth.newCustomer();

    const lost = await auth.refresh(tokens.refreshToken);
    clock.advanceMs(GRACE_MS - 1);
    const repeated = await auth.refresh(tokens.refreshToken);

    expect(repeated.refreshToken).not.toBe(lost.refreshToken);
    await expect(auth.refresh(repeated.refreshToken)).resolves.toBeDefined();
    await expect(auth.refresh(lost.refreshToken)).resolves.toBeDefined();
  });

  it('locks nobody out when 10 refreshes come at once', async () => {
    const { tokens } = await auth.newCustomer();

    const pairs = await Promise.all(
      Array.from({ length: 10 }, () => auth.refresh(tokens.refreshToken)),
    );

    expect(new Set(pairs.map(({ refreshToken }) => refreshToken)).size).toBe(10);
    for (const { refreshToken } of pairs) {
      await expect(auth.refresh(refreshToken)).resolves.toBeDefined();
    }
  });

  it('ends the whole session when a retired token is shown later, and says so every time', async () => {
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

  it('ends the session whoever of 20 thieves is first, and no matter how many pairs a race made', async () => {
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

  it('counts the 10 s from the first exchange, however often the token is shown meanwhile', async () => {
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

  it('goes on in one session when two come at once: log-out ends whatever each of them got', async () => {
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

  it('refuses an unknown token, and one that has run out', async () => {
    const { tokens } = await auth.newCustomer();
    await expect(auth.refresh('invented')).rejects.toMatchObject(refused('INVALID_REFRESH_TOKEN'));

    clock.advanceMs(2_592_000_000);

    await expect(auth.refresh(tokens.refreshToken)).rejects.toMatchObject(
      refused('INVALID_REFRESH_TOKEN'),
    );
  });
});

describe('RevokeSession', () => {
  it('ends the session of any of its tokens, may be repeated, and takes unknown tokens', async () => {
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

  it('leaves no session alive when log-out and refresh race', async () => {
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
  it('ends the session of the token that it is called with, and may be repeated', async () => {
    const { user, tokens } = await auth.newCustomer();
    const other = await auth.login(user.email);
    const token = tokens.accessToken;
    const request = { sessionId: String(sessionOf(tokens)) };

    await expect(auth.call('endSession', request, { token })).resolves.toEqual({});
    // Once auth has heard of the end by its list, the token itself is refused.
    await auth.call('endSession', request, { token }).catch((error: unknown) => {
      expect(error).toMatchObject(refused('TOKEN_REVOKED'));
    });

    await expect(auth.refresh(tokens.refreshToken)).rejects.toMatchObject(
      refused('INVALID_REFRESH_TOKEN'),
    );
    await expect(auth.refresh(other.refreshToken)).resolves.toBeDefined();
  });

  it('ends no other session, not even one of the same user', async () => {
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
