import { Role } from '@flashreserve/contracts/auth';
import { newId } from '@flashreserve/ops';
import { type Auth, GATEWAY, startAuth } from './auth-fixture';

let auth: Auth;

beforeAll(async () => {
  auth = await startAuth();
});
afterAll(() => auth.stop());

const setRole = (userId: string, role: Role, token: string | undefined) =>
  auth.call('setUserRole', { userId, role }, { token });

const serviceToken = async (): Promise<string> =>
  (await auth.call('issueServiceToken', GATEWAY)).accessToken;

const newAdmin = async () => {
  const user = await auth.register({ role: Role.ROLE_ADMIN, token: await auth.adminToken() });
  return { user, tokens: await auth.login(user.email) };
};

const denied = (reason: string) => ({ kind: 'forbidden', reason });

describe('Register', () => {
  it('only an administrator can register an administrator', async () => {
    const { tokens } = await auth.newCustomer();
    for (const token of [undefined, tokens.accessToken, await serviceToken()]) {
      await expect(
        auth.register({ role: Role.ROLE_ADMIN, ...(token && { token }) }),
      ).rejects.toMatchObject(denied('ADMIN_REQUIRED'));
    }

    const { user } = await newAdmin();

    expect(user.role).toBe(Role.ROLE_ADMIN);
  });
});

describe('GetUser', () => {
  it('GetUser returns a user to itself and to administrators', async () => {
    const { user, tokens } = await auth.newCustomer();
    for (const token of [tokens.accessToken, await auth.adminToken()]) {
      await expect(auth.call('getUser', { userId: user.userId }, { token })).resolves.toEqual({
        user,
      });
    }
  });

  it('GetUser does not reveal to other users or services whether a user exists', async () => {
    const [ann, bob] = [await auth.newCustomer(), await auth.newCustomer()];
    for (const token of [ann.tokens.accessToken, await serviceToken()]) {
      for (const userId of [bob.user.userId, newId()]) {
        await expect(auth.call('getUser', { userId }, { token })).rejects.toMatchObject(
          denied('PERMISSION_DENIED'),
        );
      }
    }
  });

  it('GetUser returns USER_NOT_FOUND to an administrator', async () => {
    const token = await auth.adminToken();
    await expect(auth.call('getUser', { userId: newId() }, { token })).rejects.toMatchObject({
      kind: 'not-found',
      reason: 'USER_NOT_FOUND',
    });
  });

  it('GetUser refuses anonymous callers', async () => {
    await expect(auth.call('getUser', { userId: newId() })).rejects.toMatchObject({
      kind: 'unauthenticated',
      reason: 'TOKEN_MISSING',
    });
  });
});

describe('SetUserRole', () => {
  it('SetUserRole changes the role and ends the sessions; repeating it ends no newer session', async () => {
    const { user, tokens } = await auth.newCustomer();
    const admin = await auth.adminToken();

    const changed = await setRole(user.userId, Role.ROLE_ADMIN, admin);

    expect(changed.user).toEqual({ ...user, role: Role.ROLE_ADMIN });
    await expect(auth.refresh(tokens.refreshToken)).rejects.toMatchObject({
      reason: 'INVALID_REFRESH_TOKEN',
    });
    const again = await auth.login(user.email);
    await expect(setRole(user.userId, Role.ROLE_ADMIN, admin)).resolves.toEqual(changed);
    await expect(auth.refresh(again.refreshToken)).resolves.toBeDefined();
  });

  it('only administrators may call SetUserRole', async () => {
    const { user, tokens } = await auth.newCustomer();
    for (const token of [tokens.accessToken, await serviceToken()]) {
      await expect(setRole(user.userId, Role.ROLE_ADMIN, token)).rejects.toMatchObject(
        denied('ADMIN_REQUIRED'),
      );
    }
    await expect(setRole(user.userId, Role.ROLE_ADMIN, undefined)).rejects.toMatchObject({
      reason: 'TOKEN_MISSING',
    });
  });

  it('a demoted administrator cannot promote itself with its old token', async () => {
    const { user, tokens } = await newAdmin();
    await setRole(user.userId, Role.ROLE_CUSTOMER, await auth.adminToken());

    const token = tokens.accessToken;

    await expect(setRole(user.userId, Role.ROLE_ADMIN, token)).rejects.toMatchObject(
      denied('ADMIN_REQUIRED'),
    );
    await expect(auth.register({ role: Role.ROLE_ADMIN, token })).rejects.toMatchObject(
      denied('ADMIN_REQUIRED'),
    );
  });

  it('SetUserRole refuses an unknown user and an unset role', async () => {
    const token = await auth.adminToken();
    await expect(setRole(newId(), Role.ROLE_ADMIN, token)).rejects.toMatchObject({
      reason: 'USER_NOT_FOUND',
    });
    await expect(setRole(newId(), Role.ROLE_UNSPECIFIED, token)).rejects.toMatchObject({
      reason: 'INVALID_REQUEST',
      fieldViolations: [expect.objectContaining({ field: 'role' })],
    });
  });
});
