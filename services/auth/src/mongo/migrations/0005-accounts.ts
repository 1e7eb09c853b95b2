import {
  createCollections,
  createIndexes,
  type Migration,
  setValidator,
} from '@flashreserve/store';

const ACCOUNT_LINK = {
  bsonType: 'object',
  required: ['userId', 'purpose', 'tokenHash', 'createdAt', 'expiresAt', 'passwordVersion'],
  properties: {
    userId: { bsonType: 'string' },
    purpose: { enum: ['password', 'email'] },
    // SHA-256 in base64url.
    tokenHash: { bsonType: 'string', minLength: 43, maxLength: 43 },
    createdAt: { bsonType: 'date' },
    expiresAt: { bsonType: 'date' },
    passwordVersion: { bsonType: ['int', 'long', 'double'], minimum: 0 },
    newEmail: { bsonType: 'string' },
  },
};

/**
 * Links that set a password or confirm an e-mail address, and the list of disabled users. Disabled
 * and deleted users are unknown to the version before: it lets a disabled user log in until no
 * instance of it is left.
 */
export const accounts: Migration = {
  number: 5,
  name: 'accounts',
  up: async (db) => {
    await createCollections(db, ['account_links']);
    await createIndexes(db, 'account_links', [
      { name: 'tokenHash', key: { tokenHash: 1 }, unique: true },
      { name: 'expiresAt', key: { expiresAt: 1 }, expireAfterSeconds: 0 },
    ]);
    await setValidator(db, 'account_links', ACCOUNT_LINK);
    await createIndexes(db, 'users', [
      {
        name: 'disabled',
        key: { email: 1, disabledAt: 1 },
        partialFilterExpression: { disabledAt: { $exists: true } },
      },
    ]);
  },
};
