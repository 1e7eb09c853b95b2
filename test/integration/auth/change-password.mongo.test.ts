import { type Auth, GATEWAY, given, PASSWORD, startAuth } from './auth-fixture';

const NEW_PASSWORD = 'another horse battery';
let auth: Auth;

beforeAll(async () => {
  auth = await startAuth();
});
afterAll(() => auth.stop());

const change = (
  token: string | undefined,
  currentPassword = PASSWORD,
  newPassword = NEW_PASSWORD,
) => auth.call('changePassword', { currentPassword, newPassword }, { token });

const INVALID_REFRESH_TOKEN = { kind: 'unauthenticated', reason: 'INVALID_REFRESH_TOKEN' };
const WRONG_PASSWORD = { kind: 'forbidden', reason: 'WRONG_PASSWORD' };

describe('ChangePassword', () => {
  it('ChangePassword replaces the password', async () => {
    const { user, tokens } = await auth.newCustomer();

    await change(tokens.accessToken);

    await expect(auth.login(user.email)).rejects.toMatchObject({ reason: 'INVALID_CREDENTIALS' });
    await expect(auth.login(user.email, NEW_PASSWORD)).resolves.toBeDefined();
  });

  it('ChangePassword ends all sessions of the user except its own', async () => {
    const { user, tokens } = await auth.newCustomer();
    const others = [await auth.login(user.email), await auth.login(user.email)];
    const stranger = await auth.newCustomer();
    const current = await auth.refresh(tokens.refreshToken);

    await change(current.accessToken);

    for (const { refreshToken } of others) {
      await expect(auth.refresh(refreshToken)).rejects.toMatchObject(INVALID_REFRESH_TOKEN);
    }
    const next = await auth.refresh(current.refreshToken);
    await expect(auth.refresh(next.refreshToken)).resolves.toBeDefined();
    await expect(auth.refresh(stranger.tokens.refreshToken)).resolves.toBeDefined();
  });

  it('the password can be changed repeatedly, each time with the previous one', async () => {
    const { tokens } = await auth.newCustomer();

    await change(tokens.accessToken, PASSWORD, 'password two');
    await change(tokens.accessToken, 'password two', 'password three');

    await expect(change(tokens.accessToken, PASSWORD)).rejects.toMatchObject(WRONG_PASSWORD);
    await expect(auth.refresh(tokens.refreshToken)).resolves.toBeDefined();
  });

  it('a wrong current password changes nothing', async () => {
    const { user, tokens } = await auth.newCustomer();
    const other = await auth.login(user.email);

    await expect(change(tokens.accessToken, 'guessed')).rejects.toMatchObject(WRONG_PASSWORD);

    await expect(auth.login(user.email)).resolves.toBeDefined();
    await expect(auth.refresh(other.refreshToken)).resolves.toBeDefined();
  });

  it('ChangePassword refuses passwords that registration refuses', async () => {
    const { tokens } = await auth.newCustomer();
    for (const [current, next, field] of [
      [PASSWORD, 'short', 'new_password'],
      [PASSWORD, 'x'.repeat(129), 'new_password'],
      ['', NEW_PASSWORD, 'current_password'],
    ] as const) {
      await expect(change(tokens.accessToken, current, next)).rejects.toMatchObject({
        reason: 'INVALID_REQUEST',
        fieldViolations: [expect.objectContaining({ field })],
      });
    }
  });

  it('only users may call ChangePassword', async () => {
    const service = (await auth.call('issueServiceToken', GATEWAY)).accessToken;
    await expect(change(service)).rejects.toMatchObject({ kind: 'forbidden' });
    await expect(change(undefined)).rejects.toMatchObject({ reason: 'TOKEN_MISSING' });
  });

  it('of two concurrent password changes one wins, and one session stays open', async () => {
    const { user, tokens } = await auth.newCustomer();
    const other = await auth.login(user.email);

    const outcomes = await Promise.allSettled([
      change(tokens.accessToken, PASSWORD, 'password of one'),
      change(other.accessToken, PASSWORD, 'password of the other'),
    ]);

    expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    const isFirst = outcomes[0].status === 'fulfilled';
    const [winner, loser] = isFirst ? [tokens, other] : [other, tokens];
    await expect(auth.refresh(winner.refreshToken)).resolves.toBeDefined();
    await expect(auth.refresh(loser.refreshToken)).rejects.toMatchObject(INVALID_REFRESH_TOKEN);
    const password = isFirst ? 'password of one' : 'password of the other';
    await expect(auth.login(user.email, password)).resolves.toBeDefined();
  });

  it('a session opened concurrently with the old password does not stay open', async () => {
    for (let round = 0; round < 5; round += 1) {
      const { user, tokens } = await auth.newCustomer();

      const [, ...logins] = await Promise.allSettled([
        change(tokens.accessToken),
        auth.login(user.email),
        auth.login(user.email),
        auth.login(user.email),
      ]);

      for (const login of logins) {
        if (login.status === 'rejected') {
          expect(login.reason).toMatchObject({ reason: 'INVALID_CREDENTIALS' });
        } else {
          const { refreshToken } = given(login.value);
          await expect(auth.refresh(refreshToken)).rejects.toMatchObject(INVALID_REFRESH_TOKEN);
        }
      }
    }
  });
});
