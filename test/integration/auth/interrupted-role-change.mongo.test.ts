import { createSilentLogger, newId } from '@flashreserve/ops';
import { inTransaction } from '@flashreserve/store';
import { type Connection, createConnection } from 'mongoose';
import { changeRoleIn } from '../../../services/auth/src/mongo/change-role';
import {
  type AuthModels,
  createModels,
  prepareModels,
} from '../../../services/auth/src/mongo/models';
import { createSessionRepository } from '../../../services/auth/src/mongo/session.repository';
import { createUserRepository } from '../../../services/auth/src/mongo/user.repository';
import { testStores, uniquePrefix } from '../../support/stores';
import { freshEmail } from './auth-fixture';

let connection: Connection;
let models: AuthModels;
beforeAll(async () => {
  connection = await createConnection(testStores().calmMongoUri, {
    dbName: `${uniquePrefix()}_auth`,
    autoIndex: false,
    autoCreate: false,
  }).asPromise();
  models = createModels(connection);
  await prepareModels(models, createSilentLogger());
});
afterAll(async () => {
  await connection.dropDatabase();
  await connection.close();
});

const newAdmin = async (): Promise<string> => {
  const userId = newId();
  await createUserRepository(models).insert({
    passwordHash: 'a hash',
    user: {
      userId,
      email: freshEmail(),
      name: 'Ann',
      role: 'ADMIN',
      createdAt: new Date(),
      passwordVersion: 1,
    },
  });
  return userId;
};

const openSession = async (userId: string): Promise<string> => {
  const sessionId = newId();
  await models.sessions.create({
    _id: sessionId,
    userId,
    createdAt: new Date(),
    expiresAt: new Date(Date.now() + 60_000),
    passwordVersion: 1,
  });
  return sessionId;
};

describe('a role change whose first attempt stopped after its commit', () => {
  it('a retried role change ends a session that was opened with the old role in between', async () => {
    await newAdmin();
    const userId = await newAdmin();
    const users = createUserRepository(models);
    const sessions = createSessionRepository(models);
    const change = { userId, role: 'CUSTOMER' as const, now: new Date() };
    await inTransaction(connection, (session) => changeRoleIn(models, change, session));
    const sessionId = await openSession(userId);

    const repeated = await users.changeRole(userId, 'CUSTOMER', new Date());

    expect(repeated).toMatchObject({ outcome: 'done', user: { role: 'CUSTOMER' } });
    expect(await sessions.isOpen(sessionId)).toBe(false);
  });

  it('a finished role change does not end later sessions', async () => {
    await newAdmin();
    const userId = await newAdmin();
    const users = createUserRepository(models);
    await users.changeRole(userId, 'CUSTOMER', new Date());
    const sessionId = await openSession(userId);

    await users.changeRole(userId, 'CUSTOMER', new Date());

    expect(await createSessionRepository(models).isOpen(sessionId)).toBe(true);
  });
});
