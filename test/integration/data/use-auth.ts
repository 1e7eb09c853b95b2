import { createSilentLogger, newId } from '@flashreserve/ops';
import type { Connection } from 'mongoose';
import { createAccountRepository } from '../../../services/auth/src/mongo/account.repository';
import { createApiClientRepository } from '../../../services/auth/src/mongo/api-client.repository';
import {
  type AuthModels,
  createModels,
  prepareModels,
} from '../../../services/auth/src/mongo/models';
import { createSessionRepository } from '../../../services/auth/src/mongo/session.repository';
import { createSigningKeyRepository } from '../../../services/auth/src/mongo/signing-key.repository';
import { createUserRepository } from '../../../services/auth/src/mongo/user.repository';
import { exercise, fill, type ServiceUses } from './exercise';

const COUNT = 3_000;
const NOW = new Date();
const SOON = new Date(NOW.getTime() + 3_600_000);

const session = (index: number) => ({
  _id: `session-${index}`,
  userId: `user-${index % 500}`,
  createdAt: NOW,
  expiresAt: SOON,
  ...(index % 10 === 0 && { endedAt: NOW }),
});

const secretOf = (index: number) => ({
  secretId: `secret-${index}`,
  hash: 'h'.repeat(43),
  createdAt: NOW,
});

const fillAuth = async (connection: Connection): Promise<void> => {
  const user = (index: number) => ({
    _id: `user-${index}`,
    email: `user-${index}@example.test`,
    name: 'Ann',
    role: index < 2 ? ('ADMIN' as const) : ('CUSTOMER' as const),
    passwordHash: 'hash',
    createdAt: NOW,
    ...(index % 100 === 99 && { disabledAt: NOW }),
  });
  const client = (index: number) => ({
    _id: `client-${index}`,
    name: 'Shop',
    scopes: ['products:write'],
    secrets: [secretOf(index)],
    createdBy: 'user-0',
    createdAt: NOW,
    ...(index % 2 === 0 && { requestId: `request-${index}` }),
  });
  await fill(connection, 'users', { count: COUNT, make: user });
  await fill(connection, 'api_clients', { count: COUNT, make: client });
  await fill(connection, 'sessions', { count: COUNT, make: session });
  const token = (index: number) => ({
    _id: `token-${index}`,
    sessionId: `session-${index}`,
    createdAt: NOW,
    expiresAt: SOON,
  });
  await fill(connection, 'refresh_tokens', { count: COUNT, make: token });
};

const useUsers = (models: AuthModels): Promise<void> =>
  exercise(createUserRepository(models), {
    insert: (insert) => {
      const user = {
        userId: newId(),
        email: `${newId()}@example.test`,
        name: 'Ann',
        role: 'CUSTOMER' as const,
        createdAt: NOW,
        passwordVersion: 0,
      };
      return insert({ user, passwordHash: 'hash' }).then(() =>
        // The address is taken: looks for an earlier attempt.
        insert({ user: { ...user, userId: newId() }, passwordHash: 'hash' }),
      );
    },
    insertGuest: (insertGuest) =>
      insertGuest(
        {
          userId: 'guest-1',
          email: '',
          name: '',
          role: 'GUEST',
          createdAt: NOW,
          passwordVersion: 0,
        },
        SOON,
      ),
    keepGuest: (keepGuest) => keepGuest('guest-1', SOON),
    registerGuest: (registerGuest) =>
      registerGuest({
        userId: 'guest-1',
        email: `${newId()}@example.test`,
        name: '',
        passwordHash: 'hash',
        now: NOW,
      }),
    findById: (findById) => findById('user-7'),
    findByEmail: (findByEmail) => findByEmail('user-7@example.test'),
    findPasswordHash: (findPasswordHash) => findPasswordHash('user-7'),
    hasAdmin: (hasAdmin) => hasAdmin(),
    changeRole: async (changeRole) => {
      await changeRole('user-7', 'ADMIN', NOW);
      await changeRole('user-7', 'CUSTOMER', NOW);
    },
    changePassword: async (changePassword) => {
      const change = { userId: 'user-8', oldHash: 'hash', newHash: 'new', now: NOW };
      await changePassword({ ...change, keptSessionId: 'session-8' });
      await changePassword({
        ...change,
        oldHash: 'new',
        newHash: 'hash',
        keptSessionId: undefined,
      });
    },
  });

const useAccounts = (models: AuthModels): Promise<void> => {
  const page = { email: undefined, emailPrefix: undefined, after: undefined, limit: 21 };
  const anybody = { ...page, role: undefined, isDisabled: undefined };
  const link = (userId: string, purpose: 'password' | 'email') => ({
    userId,
    purpose,
    tokenHash: `${purpose}-${userId}`.padEnd(43, '-'),
    createdAt: NOW,
    expiresAt: SOON,
    passwordVersion: 0,
    ...(purpose === 'email' && { newEmail: `new-${userId}@example.test` }),
  });
  return exercise(createAccountRepository(models), {
    list: async (list) => {
      await list(anybody);
      await list({ ...anybody, after: 'user-5@example.test', emailPrefix: 'user-7' });
      await list({ ...anybody, email: 'user-7@example.test' });
      await list({ ...anybody, role: 'ADMIN' });
      await list({ ...anybody, isDisabled: true });
      await list({ ...anybody, role: 'CUSTOMER', isDisabled: false });
    },
    setDisabled: async (setDisabled) => {
      await setDisabled('user-1', true, NOW);
      await setDisabled('user-1', false, NOW);
    },
    storeLink: async (storeLink) => {
      await storeLink(link('user-20', 'password'));
      await storeLink(link('user-21', 'email'));
    },
    hasLink: (hasLink) => hasLink('password', link('user-20', 'password').tokenHash),
    usePasswordLink: (use) =>
      use({ tokenHash: link('user-20', 'password').tokenHash, newHash: 'hash', now: NOW }),
    useEmailLink: (use) => use({ tokenHash: link('user-21', 'email').tokenHash, now: NOW }),
    remove: async (remove) => {
      await remove({ userId: 'user-22', now: NOW });
      await remove({ userId: 'user-23', only: { passwordHash: 'hash' }, now: NOW });
      await remove({ userId: 'guest-1', only: { role: 'GUEST' }, now: NOW });
    },
  });
};

const useSessions = (models: AuthModels): Promise<void> =>
  exercise(createSessionRepository(models), {
    open: (open) =>
      open(
        {
          sessionId: newId(),
          userId: 'user-9',
          createdAt: NOW,
          expiresAt: SOON,
          passwordVersion: 0,
        },
        { tokenHash: newId(), sessionId: newId(), createdAt: NOW, expiresAt: SOON },
      ),
    findByToken: (findByToken) => findByToken('token-9'),
    addToken: (addToken) =>
      addToken({ tokenHash: newId(), sessionId: 'session-9', createdAt: NOW, expiresAt: SOON }),
    retireToken: (retireToken) => retireToken('token-9', NOW),
    extend: (extend) => extend('session-9', SOON),
    isOpen: (isOpen) => isOpen('session-9'),
    listEnded: async (listEnded) => {
      const query = { since: new Date(NOW.getTime() - 1_000), until: SOON, limit: 100 };
      await listEnded({ ...query, after: undefined });
      await listEnded({ ...query, after: { sessionId: 'session-10', endedAt: NOW } });
    },
    end: (end) => end('session-9', NOW),
  });

const useApiClients = (models: AuthModels): Promise<void> => {
  const newest = (index: number) => ({ ...secretOf(index), secretId: newId() });
  const named = { name: 'Shop', scopes: ['products:write'] as const };
  const client = (clientId: string) => ({
    ...named,
    clientId,
    secrets: [newest(0)],
    createdBy: 'user-0',
    createdAt: NOW,
  });
  return exercise(createApiClientRepository(models), {
    insert: (insert) => insert({ client: client(newId()), requestId: newId() }),
    repeatCreation: (repeatCreation) =>
      repeatCreation({ requestId: 'request-2', ...named, newest: newest(2), now: NOW }),
    findById: (findById) => findById('client-7'),
    list: async (list) => {
      await list({ after: undefined, limit: 20 });
      await list({ after: 'client-500', limit: 20 });
    },
    rotateSecret: (rotateSecret) =>
      rotateSecret({ clientId: 'client-7', newest: newest(7), now: NOW, othersEndAt: SOON }),
    revoke: (revoke) => revoke('client-8', NOW),
    noteUse: (noteUse) => noteUse('client-9', NOW),
  });
};

const useKeys = (models: AuthModels): Promise<void> =>
  exercise(createSigningKeyRepository(models), {
    list: (list) => list(),
    insertIfAbsent: (insertIfAbsent) =>
      insertIfAbsent({
        generation: 1,
        kid: 'kid',
        n: 'n',
        e: 'e',
        encryptedPrivateKey: 'key',
        createdAt: NOW,
      }),
    remove: (remove) => remove([1]),
  });

/** Every query of auth's adapters, and a database to ask them. */
export const usesOfAuth = (connection: Connection): ServiceUses => {
  const models = createModels(connection);
  return {
    prepare: async () => {
      await prepareModels(models, createSilentLogger());
      await fillAuth(connection);
    },
    use: async () => {
      await prepareModels(models, createSilentLogger());
      await useUsers(models);
      await useAccounts(models);
      await useSessions(models);
      await useApiClients(models);
      await useKeys(models);
    },
  };
};
