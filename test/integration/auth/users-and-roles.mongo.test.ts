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
  it('makes an administrator for an administrator only', async () => {
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
  it('shows a user to itself and to administrators', async () => {
    const { user, tokens } = await auth.newCustomer();
    for (const token of [tokens.accessToken, await auth.adminToken()]) {
      await expect(auth.call('getUser', { userId: user.userId }, { token })).resolves.toEqual({
        user,
      });
    }
  });

  it('does not tell another user or a service whether a user exists', async () => {
    const [ann, bob] = [await auth.newCustomer(), await auth.newCustomer()];
    for (const token of [ann.tokens.accessToken, await serviceToken()]) {
      for (const userId of [bob.user.userId, newId()]) {
        await expect(auth.call('getUser', { userId }, { token })).rejects.toMatchObject(
          denied('PERMISSION_DENIED'),
        );
      }
    }
  });

  it('tells an administrator that a user does not exist', async () => {
    const token = await auth.adminToken();
    await expect(auth.call('getUser', { userId: newId() }, { token })).rejects.toMatchObject({
      kind: 'not-found',
      reason: 'USER_NOT_FOUND',
    });
  });

  it('shows nobody to the anonymous', async () => {
    await expect(auth.call('getUser', { userId: newId() })).rejects.toMatchObject({
      kind: 'unauthenticated',
      reason: 'TOKEN_MISSING',
    });
  });
});

describe('SetUserRole', () => {
  it('changes the role, ends the sessions, and may be repeated without ending new ones', async () => {
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

  it('is for administrators only', async () => {
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

  it('does not let a demoted administrator use its old token to come back', async () => {
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

  it('does not know an unknown user, and takes no unset role', async () => {
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
