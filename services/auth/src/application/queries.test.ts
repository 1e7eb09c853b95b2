import { ANONYMOUS, type Principal } from '@flashreserve/identity';
import { systemClock } from '@flashreserve/ops';
import type { User } from '../domain/user';
import { createQueries } from './queries';

const ann: User = {
  userId: 'ann',
  email: 'ann@example.org',
  name: 'Ann',
  role: 'CUSTOMER',
  createdAt: new Date(0),
  passwordVersion: 0,
};
const { getUser } = createQueries({
  users: { findById: (userId) => Promise.resolve(userId === ann.userId ? ann : undefined) },
  sessions: { listEnded: () => Promise.resolve([]) },
  accounts: { list: () => Promise.resolve([]) },
  apiClients: { list: () => Promise.resolve([]) },
  clock: systemClock,
  userTokenTtlSeconds: 60,
});
const user = (userId: string, role: 'CUSTOMER' | 'ADMIN' = 'CUSTOMER'): Principal => ({
  kind: 'user',
  userId,
  role,
  token: '',
});
const client: Principal = {
  kind: 'client',
  clientId: 'ann',
  name: 'Shop',
  scopes: new Set(['customers:read']),
  token: '',
  sessionId: 's',
  expiresAt: new Date(),
};
const service: Principal = { kind: 'service', clientId: 'gateway', token: '' };

describe('getUser', () => {
  it.each([
    ['itself', user('ann')],
    ['an administrator', user('root', 'ADMIN')],
  ])('getUser returns a user to %s', async (_who, caller) => {
    await expect(getUser('ann', caller)).resolves.toEqual(ann);
  });

  it.each([
    ['another user', user('bob')],
    ['an API client', client],
    ['a service', service],
    ['an anonymous caller', ANONYMOUS],
  ])('getUser does not reveal to %s whether a user exists', async (_who, caller) => {
    for (const userId of ['ann', 'missing']) {
      await expect(getUser(userId, caller)).rejects.toMatchObject({ reason: 'PERMISSION_DENIED' });
    }
  });

  it('getUser returns USER_NOT_FOUND only to callers who may read the user', async () => {
    for (const caller of [user('root', 'ADMIN'), user('missing')]) {
      await expect(getUser('missing', caller)).rejects.toMatchObject({ reason: 'USER_NOT_FOUND' });
    }
  });

  it('getUser returns to a user of an outside issuer what its token says', async () => {
    const caller: Principal = {
      kind: 'user',
      userId: 'shop|ada',
      role: 'CUSTOMER',
      token: '',
      issuer: 'shop',
    };
    await expect(getUser('shop|ada', caller)).resolves.toEqual({
      userId: 'shop|ada',
      role: 'CUSTOMER',
      email: '',
      name: '',
    });
    await expect(getUser('shop|bob', caller)).rejects.toMatchObject({
      reason: 'PERMISSION_DENIED',
    });
  });
});
