import { Role } from '@flashreserve/contracts/auth';
import { createTestClock } from '@flashreserve/ops';
import { type Connection, createConnection } from 'mongoose';
import { testStores } from '../../support/stores';
import { type Auth, freshEmail, given, PASSWORD, startAuth } from './auth-fixture';

// Goal: a guest acts like a customer until it registers, becomes exactly one account without a
// change of its id, and leaves nothing behind if it never does. Method: two instances of auth on
// one real store.

const REFRESH_TTL_SECONDS = 3_600;
const clock = createTestClock(new Date());
let one: Auth;
let two: Auth;
let connection: Connection;

beforeAll(async () => {
  const env = { REFRESH_TOKEN_TTL_SECONDS: String(REFRESH_TTL_SECONDS) };
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
});

const newGuest = async (auth = one) => {
  const { user, tokens } = await auth.call('createGuest', {});
  return { user: given(user), tokens: given(tokens) };
};
const claimsOf = (accessToken: string) =>
  JSON.parse(Buffer.from(accessToken.split('.')[1] ?? '', 'base64url').toString());
const storedUser = (userId: string) =>
  connection
    .getClient()
    .db(connection.name)
    .collection<{ _id: string; guestUntil?: Date }>('users')
    .findOne({ _id: userId });

describe('CreateGuest', () => {
  it('many guests without an e-mail address exist side by side, each with tokens of its own', async () => {
    const guests = await Promise.all(
      Array.from({ length: 10 }, (_, index) => newGuest(index % 2 === 0 ? one : two)),
    );

    expect(new Set(guests.map(({ user }) => user.userId)).size).toBe(10);
    for (const { user, tokens } of guests) {
      expect(user).toMatchObject({ email: '', name: '', role: Role.ROLE_GUEST });
      expect(claimsOf(tokens.accessToken)).toMatchObject({ sub: user.userId, role: 'GUEST' });
    }
  });

  it('a guest reads itself, refreshes and logs out like a customer', async () => {
    const { user, tokens } = await newGuest();
    const token = tokens.accessToken;
    await expect(one.call('getUser', { userId: user.userId }, { token })).resolves.toEqual({
      user,
    });

    const refreshed = await two.refresh(tokens.refreshToken);
    expect(claimsOf(refreshed.accessToken)).toMatchObject({ sub: user.userId, role: 'GUEST' });
    await one.call('revokeSession', { refreshToken: refreshed.refreshToken });
    await expect(two.refresh(refreshed.refreshToken)).rejects.toMatchObject({
      reason: 'INVALID_REFRESH_TOKEN',
    });
  });

  it('a guest may do nothing of an administrator, and has no password to change', async () => {
    const { user, tokens } = await newGuest();
    const token = tokens.accessToken;

    await expect(
      one.call('setUserRole', { userId: user.userId, role: Role.ROLE_ADMIN }, { token }),
    ).rejects.toMatchObject({ reason: 'ADMIN_REQUIRED' });
    await expect(one.register({ role: Role.ROLE_ADMIN, token })).rejects.toMatchObject({
      reason: 'ADMIN_REQUIRED',
    });
    await expect(
      one.call(
        'changePassword',
        { currentPassword: PASSWORD, newPassword: `${PASSWORD}!` },
        { token },
      ),
    ).rejects.toMatchObject({ kind: 'forbidden', reason: 'PERMISSION_DENIED' });
    await expect(one.login('')).rejects.toMatchObject({ reason: 'INVALID_REQUEST' });
  });

  it('a guest is kept as long as its refresh tokens, and then deleted by the store', async () => {
    const { user, tokens } = await newGuest();
    const created = await storedUser(user.userId);
    clock.advanceMs(60_000);
    await one.refresh(tokens.refreshToken);
    const refreshed = await storedUser(user.userId);

    const lifeMs = REFRESH_TTL_SECONDS * 1_000;
    expect(created?.guestUntil).toEqual(new Date(clock.now().getTime() - 60_000 + lifeMs));
    expect(refreshed?.guestUntil).toEqual(new Date(clock.now().getTime() + lifeMs));
    const indexes = await connection.getClient().db(connection.name).collection('users').indexes();
    expect(indexes).toContainEqual(
      expect.objectContaining({ key: { guestUntil: 1 }, expireAfterSeconds: 0 }),
    );
  });
});

describe('Register with the token of a guest', () => {
  it('the guest becomes a customer with the same id, for good', async () => {
    const { user, tokens } = await newGuest();
    const email = freshEmail();

    const registered = await one.register({ email, token: tokens.accessToken });

    expect(registered).toEqual({ ...user, email, name: 'Ann', role: Role.ROLE_CUSTOMER });
    const { accessToken } = await two.login(email);
    expect(claimsOf(accessToken)).toMatchObject({ sub: user.userId, role: 'CUSTOMER' });
    expect(await storedUser(user.userId)).not.toHaveProperty('guestUntil');
  });

  it('no token from before the registration opens the account', async () => {
    const { tokens } = await newGuest();
    await one.register({ token: tokens.accessToken });

    await expect(two.refresh(tokens.refreshToken)).rejects.toMatchObject({
      reason: 'INVALID_REFRESH_TOKEN',
    });
    const service = await one.call('issueServiceToken', {
      clientId: 'gateway',
      clientSecret: 'g'.repeat(32),
    });
    const { sessions } = await two.call(
      'listRevokedSessions',
      { pageSize: 5_000, pageToken: '' },
      { token: service.accessToken },
    );
    const { sid } = claimsOf(tokens.accessToken);
    expect(sessions.map(({ sessionId }) => sessionId)).toContain(sid);
  });

  it('of concurrent registrations of one guest exactly one wins', async () => {
    const { user, tokens } = await newGuest();
    const emails = Array.from({ length: 6 }, freshEmail);
    const attempts = await Promise.allSettled(
      emails.map((email, index) =>
        (index % 2 === 0 ? one : two).register({ email, token: tokens.accessToken }),
      ),
    );

    const winners = attempts.flatMap((attempt, index) =>
      attempt.status === 'fulfilled' ? [emails[index]] : [],
    );
    expect(winners).toHaveLength(1);
    for (const attempt of attempts) {
      if (attempt.status === 'rejected') {
        expect(attempt.reason.reason).toMatch(/^(?:GUEST_REGISTERED|TOKEN_REVOKED)$/);
      }
    }
    expect(await storedUser(user.userId)).toMatchObject({ email: winners[0], role: 'CUSTOMER' });
    for (const email of emails.filter((each) => each !== winners[0])) {
      await expect(one.login(email)).rejects.toMatchObject({ reason: 'INVALID_CREDENTIALS' });
    }
  });

  it('of two guests that register one address one wins, and the other stays a guest', async () => {
    const guests = [await newGuest(), await newGuest()];
    const email = freshEmail();
    const attempts = await Promise.allSettled(
      guests.map(({ tokens }, index) =>
        (index === 0 ? one : two).register({ email, token: tokens.accessToken }),
      ),
    );

    const losers = guests.filter((_, index) => attempts[index]?.status === 'rejected');
    expect(losers).toHaveLength(1);
    expect(attempts).toContainEqual(
      expect.objectContaining({ reason: expect.objectContaining({ reason: 'EMAIL_TAKEN' }) }),
    );
    const { user, tokens } = given(losers[0]);
    expect(claimsOf((await one.refresh(tokens.refreshToken)).accessToken)).toMatchObject({
      sub: user.userId,
      role: 'GUEST',
    });
  });

  it('a taken address is refused, and the guest may register another one', async () => {
    const { email } = await one.register();
    const { user, tokens } = await newGuest();
    const token = tokens.accessToken;

    await expect(one.register({ email, token })).rejects.toMatchObject({ reason: 'EMAIL_TAKEN' });
    await expect(one.register({ token })).resolves.toMatchObject({ userId: user.userId });
  });
});

describe('SetUserRole', () => {
  it('SetUserRole neither makes nor unmakes a guest', async () => {
    const token = await one.adminToken();
    const [{ user: guest }, customer] = [await newGuest(), await one.register()];
    const invalid = { reason: 'INVALID_REQUEST', fieldViolations: [{ field: 'role' }] };

    for (const [userId, role] of [
      [guest.userId, Role.ROLE_CUSTOMER],
      [guest.userId, Role.ROLE_ADMIN],
      [guest.userId, Role.ROLE_GUEST],
      [customer.userId, Role.ROLE_GUEST],
    ] as const) {
      await expect(one.call('setUserRole', { userId, role }, { token })).rejects.toMatchObject(
        invalid,
      );
    }
    await expect(one.register({ role: Role.ROLE_GUEST, token })).rejects.toMatchObject(invalid);
  });
});
