import { ANONYMOUS, type Principal } from '@flashreserve/identity';
import type { Role, User } from '../domain/user';
import { requireAdmin } from './require-admin';

const OPEN_SESSION = 's-1';
const storeWith = (role: Role | undefined) => ({
  sessions: { isOpen: async (sessionId: string) => sessionId === OPEN_SESSION },
  users: usersWith(role),
});
const usersWith = (role: Role | undefined) => ({
  findById: (userId: string): Promise<User | undefined> =>
    Promise.resolve(
      role && {
        userId,
        email: 'a@example.org',
        name: '',
        role,
        createdAt: new Date(0),
        passwordVersion: 0,
      },
    ),
});
const userWith = (role: Role, sessionId = OPEN_SESSION): Principal => ({
  kind: 'user',
  userId: 'u',
  role,
  token: '',
  sessionId,
});

describe('requireAdmin', () => {
  it('requireAdmin accepts an administrator with an open session', async () => {
    await expect(requireAdmin(storeWith('ADMIN'), userWith('ADMIN'))).resolves.toBe('u');
  });

  it('requireAdmin accepts an administrator of an outside issuer, who is not stored', async () => {
    const caller = { ...userWith('ADMIN'), userId: 'shop|root', issuer: 'shop' };
    await expect(requireAdmin(storeWith(undefined), caller)).resolves.toBe('shop|root');
  });

  it('requireAdmin refuses a logged-out administrator with TOKEN_REVOKED', async () => {
    const loggedOut = userWith('ADMIN', 's-2');
    await expect(requireAdmin(storeWith('ADMIN'), loggedOut)).rejects.toMatchObject({
      kind: 'unauthenticated',
      reason: 'TOKEN_REVOKED',
    });
  });

  it.each<[string, Role | undefined, Principal]>([
    ['an anonymous caller', 'ADMIN', ANONYMOUS],
    ['a service', 'ADMIN', { kind: 'service', clientId: 'gateway', token: '' }],
    ['a customer', 'CUSTOMER', userWith('CUSTOMER')],
    ['an administrator demoted since the token was issued', 'CUSTOMER', userWith('ADMIN')],
    ['an administrator who does not exist', undefined, userWith('ADMIN')],
    ['a user promoted since the token was issued', 'ADMIN', userWith('CUSTOMER')],
  ])('requireAdmin refuses %s with ADMIN_REQUIRED', async (_who, storedRole, caller) => {
    await expect(requireAdmin(storeWith(storedRole), caller)).rejects.toMatchObject({
      kind: 'forbidden',
      reason: 'ADMIN_REQUIRED',
    });
  });
});
