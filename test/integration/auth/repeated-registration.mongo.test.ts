import { createSilentLogger, newId } from '@flashreserve/ops';
import { type Connection, createConnection } from 'mongoose';
import { createModels, prepareModels } from '../../../services/auth/src/mongo/models';
import { createUserRepository } from '../../../services/auth/src/mongo/user.repository';
import { testStores, uniquePrefix } from '../../support/stores';
import { freshEmail } from './auth-fixture';

// Goal: a user whose insert was applied although the reply was lost does not get EMAIL_TAKEN.

let connection: Connection;
beforeAll(async () => {
  connection = await createConnection(testStores().calmMongoUri, {
    dbName: `${uniquePrefix()}_auth`,
    autoIndex: false,
    autoCreate: false,
  }).asPromise();
});
afterAll(async () => {
  await connection.dropDatabase();
  await connection.close();
});

const entryFor = (email: string) => ({
  passwordHash: 'a hash',
  user: {
    userId: newId(),
    email,
    name: 'Ann',
    role: 'CUSTOMER' as const,
    createdAt: new Date(),
    passwordVersion: 1,
  },
});

describe('the insert of a user', () => {
  it('the insert of a user can be retried and still refuses a taken address', async () => {
    const models = createModels(connection);
    await prepareModels(models, createSilentLogger());
    const users = createUserRepository(models);
    const entry = entryFor(freshEmail());

    expect(await users.insert(entry)).toBe(true);
    expect(await users.insert(entry)).toBe(true);
    expect(await users.insert(entryFor(entry.user.email))).toBe(false);
    expect(await models.users.countDocuments({ email: entry.user.email })).toBe(1);
  });
});
