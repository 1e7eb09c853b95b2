import { Role, UserStatus } from '@flashreserve/contracts/auth';
import { createTestClock } from '@flashreserve/ops';
import { type Connection, createConnection } from 'mongoose';
import { eventually } from '../../support/eventually';
import { type MailServer, startMailServer, tokenIn } from '../../support/mail-server';
import { testStores } from '../../support/stores';
import { ADMIN, type Auth, freshEmail, given, PASSWORD, startAuth } from './auth-fixture';

// Goal: a link proves an address, works once and only while it is the newest; who is disabled or
// deleted is out at once; and an administrator is always left. Method: two instances of auth on one
// real store, and a real SMTP server.

const RESET = 'Set a new password';
const CHANGE = 'Confirm your new e-mail address';
const NEW_PASSWORD = 'another horse, another battery';
const clock = createTestClock(new Date());
let smtp: MailServer;
let one: Auth;
let two: Auth;
let connection: Connection;

beforeAll(async () => {
  smtp = await startMailServer();
  const env = {
    SMTP_URL: smtp.url,
    MAIL_FROM: 'Shop <no-reply@shop.example>',
    PUBLIC_URL: 'https://shop.example/',
  };
  one = await startAuth({ clock, env });
  two = await startAuth({ clock, env, prefix: one.prefix });
  connection = await createConnection(testStores().calmMongoUri, {
    dbName: `${one.prefix}_auth`,
    autoIndex: false,
    autoCreate: false,
  }).asPromise();
});
afterAll(async () => {
  await connection.close();
  await one.stop();
  await two.stop();
  await smtp.stop();
});

const either = (index: number): Auth => (index % 2 === 0 ? one : two);
const tokenOf = (link: string): string => link.split('#')[1] ?? '';
const reasonOf = (error: unknown): unknown => (error as { readonly reason?: unknown }).reason;
const stored = (collection: string, filter: object) =>
  connection.getClient().db(connection.name).collection(collection).findOne(filter);

const resetLinkFor = async (email: string, count = 1): Promise<string> => {
  await one.call('requestPasswordReset', { email: email.toUpperCase() });
  return tokenIn(await smtp.mailTo(email, RESET, count));
};
const confirmReset = (token: string, newPassword = NEW_PASSWORD, auth = one) =>
  auth.call('confirmPasswordReset', { token, newPassword });
const LINK_INVALID = { kind: 'invalid', reason: 'LINK_INVALID' };

describe('a forgotten password', () => {
  it('the link in the mail sets a password, and ends every session', async () => {
    const { user, tokens } = await one.newCustomer();

    const token = await resetLinkFor(user.email);
    expect((await smtp.mailTo(user.email, RESET)).text).toContain(
      `https://shop.example/account/password#${token}`,
    );
    expect(await stored('account_links', { tokenHash: token })).toBeNull();
    await confirmReset(token);

    await expect(two.login(user.email)).rejects.toMatchObject({ reason: 'INVALID_CREDENTIALS' });
    await expect(two.refresh(tokens.refreshToken)).rejects.toMatchObject({
      reason: 'INVALID_REFRESH_TOKEN',
    });
    await two.login(user.email, NEW_PASSWORD);
  });

  it('of 20 concurrent uses of a link on two instances, one succeeds', async () => {
    const user = await one.register();
    const token = await resetLinkFor(user.email);

    const outcomes = await Promise.allSettled(
      Array.from({ length: 20 }, (_, index) =>
        confirmReset(token, `password number ${index}`, either(index)),
      ),
    );

    const winners = outcomes.flatMap(({ status }, index) =>
      status === 'fulfilled' ? [index] : [],
    );
    expect(winners).toHaveLength(1);
    for (const outcome of outcomes) {
      if (outcome.status === 'rejected') expect(reasonOf(outcome.reason)).toBe('LINK_INVALID');
    }
    await two.login(user.email, `password number ${winners[0]}`);
  });

  it('only the newest link is valid, for 30 minutes, and not after a change of the password', async () => {
    const { user, tokens } = await one.newCustomer();
    const first = await resetLinkFor(user.email);
    const second = await resetLinkFor(user.email, 2);
    await expect(confirmReset(first)).rejects.toMatchObject(LINK_INVALID);

    await one.call(
      'changePassword',
      { currentPassword: PASSWORD, newPassword: NEW_PASSWORD },
      { token: tokens.accessToken },
    );
    await expect(confirmReset(second)).rejects.toMatchObject(LINK_INVALID);

    const third = await resetLinkFor(user.email, 3);
    clock.advanceMs(1_800_000);
    await expect(confirmReset(third)).rejects.toMatchObject(LINK_INVALID);
    await one.login(user.email, NEW_PASSWORD);
  });

  it('an unknown address gets the same response and no mail', async () => {
    const unknown = freshEmail();
    const user = await one.register();

    await expect(one.call('requestPasswordReset', { email: unknown })).resolves.toEqual({});
    await expect(one.call('requestPasswordReset', { email: user.email })).resolves.toEqual({});

    await smtp.mailTo(user.email, RESET);
    expect(smtp.mails.filter(({ to }) => to === unknown)).toEqual([]);
  });

  it('a mail is sent again after the server refused it for now', async () => {
    const user = await one.register();
    smtp.setBusy(true);
    await one.call('requestPasswordReset', { email: user.email });
    await eventually(async () => {
      expect(smtp.refused()).toBe(1);
    }, 20_000);
    smtp.setBusy(false);

    await confirmReset(tokenIn(await smtp.mailTo(user.email, RESET)));
    await one.login(user.email, NEW_PASSWORD);
  });

  it('an administrator hands over a link, but not for a guest', async () => {
    const token = await one.adminToken();
    const user = await one.register();
    const guest = given((await one.call('createGuest', {})).user);

    const { link } = await two.call('createPasswordResetLink', { userId: user.userId }, { token });
    await confirmReset(tokenOf(link));

    await one.login(user.email, NEW_PASSWORD);
    await expect(
      one.call('createPasswordResetLink', { userId: guest.userId }, { token }),
    ).rejects.toMatchObject({ reason: 'USER_NOT_FOUND' });
  });
});

describe('a new e-mail address', () => {
  const changeTo = (newEmail: string, token: string, password = PASSWORD) =>
    one.call('requestEmailChange', { newEmail, password }, { token });

  it('the address changes with the link that was sent to it, and the old one gets a notice', async () => {
    const { user, tokens } = await one.newCustomer();
    const newEmail = freshEmail();
    const reset = await resetLinkFor(user.email);
    await changeTo(newEmail, tokens.accessToken);

    const notice = await smtp.mailTo(user.email, 'Your e-mail address is about to change');
    expect(notice.text).toContain(newEmail);
    const link = tokenIn(await smtp.mailTo(newEmail, CHANGE));
    await one.login(user.email);
    await two.call('confirmEmailChange', { token: link });

    await one.login(newEmail);
    await expect(one.login(user.email)).rejects.toMatchObject({ reason: 'INVALID_CREDENTIALS' });
    await two.refresh(tokens.refreshToken);
    await expect(confirmReset(reset)).rejects.toMatchObject(LINK_INVALID);
    await expect(one.call('confirmEmailChange', { token: link })).rejects.toMatchObject(
      LINK_INVALID,
    );
  });

  it('an administrator hands over a link, which a new password ends, but not for a guest', async () => {
    const token = await one.adminToken();
    const { user, tokens } = await one.newCustomer();
    const { userId } = user;
    const linkTo = async (newEmail: string) =>
      tokenOf((await two.call('createEmailChangeLink', { userId, newEmail }, { token })).link);
    const ended = await linkTo(freshEmail());
    await confirmReset(await resetLinkFor(user.email));
    await expect(one.call('confirmEmailChange', { token: ended })).rejects.toMatchObject(
      LINK_INVALID,
    );
    const newEmail = freshEmail();
    const earlier = await linkTo(freshEmail());

    await one.call('confirmEmailChange', { token: await linkTo(newEmail) });

    await one.login(newEmail, NEW_PASSWORD);
    await expect(one.call('confirmEmailChange', { token: earlier })).rejects.toMatchObject(
      LINK_INVALID,
    );
    const notice = await smtp.mailTo(user.email, 'Your e-mail address is about to change', 3);
    expect(notice.text).toContain('An administrator asked to change');
    const guest = given((await one.call('createGuest', {})).user);
    await expect(
      one.call('createEmailChangeLink', { userId: guest.userId, newEmail }, { token }),
    ).rejects.toMatchObject({ reason: 'USER_NOT_FOUND' });
    await expect(
      one.call('createEmailChangeLink', { userId, newEmail: ADMIN.email }, { token }),
    ).rejects.toMatchObject({ reason: 'EMAIL_TAKEN' });
    await expect(
      one.call(
        'createEmailChangeLink',
        { userId, newEmail: freshEmail() },
        { token: tokens.accessToken },
      ),
    ).rejects.toMatchObject({ reason: expect.stringMatching(/ADMIN_REQUIRED|TOKEN_REVOKED/) });
  });

  it('without an SMTP server only an administrator can start the change', async () => {
    const silent = await startAuth({ clock, prefix: one.prefix });
    const { user, tokens } = await silent.newCustomer();
    const { userId } = user;
    const newEmail = freshEmail();

    await expect(
      silent.call(
        'requestEmailChange',
        { newEmail, password: PASSWORD },
        { token: tokens.accessToken },
      ),
    ).rejects.toMatchObject({ reason: 'MAIL_NOT_CONFIGURED' });
    const { link } = await silent.call(
      'createEmailChangeLink',
      { userId, newEmail },
      { token: await silent.adminToken() },
    );
    expect(link).toMatch(/^\/account\/email#[\w-]{43}$/);
    await silent.call('confirmEmailChange', { token: tokenOf(link) });

    await silent.login(newEmail);
    await silent.stop();
  });

  it('of two users who prove the same address, one gets it', async () => {
    const newEmail = freshEmail();
    const users = await Promise.all([one.newCustomer(), one.newCustomer()]);
    const links: string[] = [];
    for (const [index, { tokens }] of users.entries()) {
      await changeTo(newEmail, tokens.accessToken);
      links.push(tokenIn(await smtp.mailTo(newEmail, CHANGE, index + 1)));
    }

    const outcomes = await Promise.allSettled(
      links.map((token, index) => either(index).call('confirmEmailChange', { token })),
    );

    expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    for (const outcome of outcomes) {
      if (outcome.status === 'rejected') expect(reasonOf(outcome.reason)).toBe('EMAIL_TAKEN');
    }
    await expect(changeTo(newEmail, users[0].tokens.accessToken, PASSWORD)).rejects.toMatchObject({
      reason: 'EMAIL_TAKEN',
    });
  });

  it('a stolen access token is not enough, and a guest has no address', async () => {
    const { tokens } = await one.newCustomer();
    const guest = given((await one.call('createGuest', {})).tokens);

    await expect(changeTo(freshEmail(), tokens.accessToken, 'guessed')).rejects.toMatchObject({
      reason: 'WRONG_PASSWORD',
    });
    await expect(changeTo(freshEmail(), guest.accessToken)).rejects.toMatchObject({
      reason: 'PERMISSION_DENIED',
    });
  });
});

describe('a disabled user', () => {
  const setStatus = async (userId: string, status: UserStatus) =>
    one.call('setUserStatus', { userId, status }, { token: await one.adminToken() });

  it('is out at once, hears why only with its password, and comes back when enabled', async () => {
    const { user, tokens } = await one.newCustomer();
    const link = await resetLinkFor(user.email);

    const disabled = await setStatus(user.userId, UserStatus.USER_STATUS_DISABLED);
    expect(disabled.user?.status).toBe(UserStatus.USER_STATUS_DISABLED);

    await expect(two.refresh(tokens.refreshToken)).rejects.toMatchObject({
      reason: 'INVALID_REFRESH_TOKEN',
    });
    await expect(two.login(user.email)).rejects.toMatchObject({ reason: 'ACCOUNT_DISABLED' });
    await expect(two.login(user.email, 'guessed')).rejects.toMatchObject({
      reason: 'INVALID_CREDENTIALS',
    });
    await expect(confirmReset(link)).rejects.toMatchObject(LINK_INVALID);
    const ended = await stored('sessions', { userId: user.userId, endedAt: { $exists: false } });
    expect(ended).toBeNull();

    await setStatus(user.userId, UserStatus.USER_STATUS_ACTIVE);
    await two.login(user.email);
  });

  it('a log-in during the change leaves no session', async () => {
    const user = await one.register();

    const [, ...logins] = await Promise.allSettled([
      setStatus(user.userId, UserStatus.USER_STATUS_DISABLED),
      ...Array.from({ length: 10 }, (_, index) => either(index).login(user.email)),
    ]);

    expect(logins).toHaveLength(10);
    expect(
      await stored('sessions', { userId: user.userId, endedAt: { $exists: false } }),
    ).toBeNull();
  });

  it('a disabled guest cannot register', async () => {
    const guest = await one.call('createGuest', {});
    await setStatus(given(guest.user).userId, UserStatus.USER_STATUS_DISABLED);

    await expect(two.register({ token: given(guest.tokens).accessToken })).rejects.toMatchObject({
      kind: expect.stringMatching(/precondition|unauthenticated/),
    });
  });
});

describe('a deleted user', () => {
  it('leaves its id and nothing else, and its address may be registered again', async () => {
    const { user, tokens } = await one.newCustomer();
    const token = tokens.accessToken;
    await expect(
      one.call('deleteAccount', { password: 'guessed' }, { token }),
    ).rejects.toMatchObject({ reason: 'WRONG_PASSWORD' });
    await expect(one.call('deleteAccount', { password: '' }, { token })).rejects.toMatchObject({
      fieldViolations: [{ field: 'password', description: 'is required' }],
    });

    await one.call('deleteAccount', { password: PASSWORD }, { token });

    expect(await stored('users', { _id: user.userId } as object)).toEqual({
      _id: user.userId,
      name: '',
      role: 'CUSTOMER',
      createdAt: expect.any(Date),
      deletedAt: expect.any(Date),
      passwordVersion: 1,
    });
    await expect(two.login(user.email)).rejects.toMatchObject({ reason: 'INVALID_CREDENTIALS' });
    await expect(two.refresh(tokens.refreshToken)).rejects.toMatchObject({
      reason: 'INVALID_REFRESH_TOKEN',
    });
    await expect(
      one.call('getUser', { userId: user.userId }, { token: await one.adminToken() }),
    ).rejects.toMatchObject({ reason: 'USER_NOT_FOUND' });
    expect((await two.register({ email: user.email })).userId).not.toBe(user.userId);
  });

  it('a guest deletes itself, but its token cannot delete the account that it became', async () => {
    const gone = given((await one.call('createGuest', {})).tokens);
    await one.call('deleteAccount', { password: '' }, { token: gone.accessToken });
    const kept = given((await one.call('createGuest', {})).tokens);
    const user = await one.register({ token: kept.accessToken });

    await expect(
      two.call('deleteAccount', { password: '' }, { token: kept.accessToken }),
    ).rejects.toMatchObject({ reason: expect.stringMatching(/WRONG_PASSWORD|TOKEN_REVOKED/) });
    await one.login(user.email);
  });
});

describe('administrators', () => {
  it('one administrator who can log in remains when all end each other concurrently', async () => {
    const root = await one.adminToken();
    const others = await Promise.all(
      Array.from({ length: 4 }, () => one.register({ role: Role.ROLE_ADMIN, token: root })),
    );
    const admins = [...others.map(({ email }) => [email, PASSWORD] as const)];
    const tokens = await Promise.all(
      admins.map(async ([email, password]) => (await one.login(email, password)).accessToken),
    );
    const rootId = String(
      JSON.parse(Buffer.from(root.split('.')[1] ?? '', 'base64url').toString()).sub,
    );
    const ids = [...others.map(({ userId }) => userId), rootId];
    const disabled = UserStatus.USER_STATUS_DISABLED;
    const acts = [
      (userId: string, token: string) =>
        one.call('setUserStatus', { userId, status: disabled }, { token }),
      (userId: string, token: string) => two.call('deleteUser', { userId }, { token }),
      (userId: string, token: string) =>
        two.call('setUserRole', { userId, role: Role.ROLE_CUSTOMER }, { token }),
    ];

    const outcomes = await Promise.allSettled(
      ids.map((userId, index) => acts[index % acts.length]?.(userId, tokens[index % 4] ?? '')),
    );

    for (const outcome of outcomes) {
      if (outcome.status === 'rejected') {
        expect(['LAST_ADMIN', 'ADMIN_REQUIRED', 'TOKEN_REVOKED']).toContain(
          reasonOf(outcome.reason),
        );
      }
    }
    const left = await connection
      .getClient()
      .db(connection.name)
      .collection('users')
      .countDocuments({ role: 'ADMIN', disabledAt: { $exists: false } });
    expect(left).toBeGreaterThanOrEqual(1);
  });
});

describe('the list of users', () => {
  it('pages through the addresses with a prefix, and filters by role and status', async () => {
    const auth = await startAuth();
    const token = await auth.adminToken();
    const list = (filter: object) =>
      auth.call(
        'listUsers',
        {
          email: '',
          emailPrefix: '',
          role: Role.ROLE_UNSPECIFIED,
          status: UserStatus.USER_STATUS_UNSPECIFIED,
          pageSize: 2,
          pageToken: '',
          ...filter,
        },
        { token },
      );
    const emailsOf = ({ users }: Awaited<ReturnType<typeof list>>) =>
      users.map(({ email }) => email);
    const names = ['ann', 'anna', 'anne', 'bob'].map((name) => `${name}@example.test`);
    for (const email of names) await auth.register({ email });
    await auth.call('createGuest', {});
    const { users: found } = await list({ email: 'ANNA@example.test' });
    const anna = given(found[0]);
    const status = UserStatus.USER_STATUS_DISABLED;
    await auth.call('setUserStatus', { userId: anna.userId, status }, { token });

    const first = await list({ emailPrefix: 'ANN' });
    const next = await list({ emailPrefix: 'ANN', pageToken: first.nextPageToken });

    expect([emailsOf(first), emailsOf(next), next.nextPageToken]).toEqual([
      names.slice(0, 2),
      names.slice(2, 3),
      '',
    ]);
    expect(emailsOf(await list({ pageSize: 10 }))).toEqual([...names, ADMIN.email].sort());
    expect(emailsOf(await list({ role: Role.ROLE_ADMIN }))).toEqual([ADMIN.email]);
    expect(emailsOf(await list({ status }))).toEqual([anna.email]);
    expect(
      emailsOf(await list({ emailPrefix: 'ann', status: UserStatus.USER_STATUS_ACTIVE })),
    ).toEqual([names[0], names[2]]);
    await auth.stop();
  });
});
