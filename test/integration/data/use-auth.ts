import { createSilentLogger, newId } from '@flashreserve/ops';
import type { Connection } from 'mongoose';
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

const fillAuth = async (connection: Connection): Promise<void> => {
  const user = (index: number) => ({
    _id: `user-${index}`,
    email: `user-${index}@example.test`,
    name: 'Ann',
    role: index < 2 ? ('ADMIN' as const) : ('CUSTOMER' as const),
    passwordHash: 'hash',
    createdAt: NOW,
  });
  await fill(connection, 'users', { count: COUNT, make: user });
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
      const query = { since: new Date(NOW.getTime() - 1_000), limit: 100 };
      await listEnded({ ...query, after: undefined });
      await listEnded({ ...query, after: { sessionId: 'session-10', endedAt: NOW } });
    },
    end: (end) => end('session-9', NOW),
  });

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
      await useSessions(models);
      await useKeys(models);
    },
  };
};
