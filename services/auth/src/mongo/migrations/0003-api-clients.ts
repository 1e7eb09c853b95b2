import {
  createCollections,
  createIndexes,
  type Migration,
  setValidator,
} from '@flashreserve/store';

const REVOKED_KEPT_SECONDS = 400 * 86_400;

const SECRET = {
  bsonType: 'object',
  required: ['secretId', 'hash', 'createdAt'],
  properties: {
    secretId: { bsonType: 'string' },
    // SHA-256 in base64url.
    hash: { bsonType: 'string', minLength: 43, maxLength: 43 },
    createdAt: { bsonType: 'date' },
    endsAt: { bsonType: 'date' },
  },
};

const API_CLIENT = {
  bsonType: 'object',
  required: ['name', 'scopes', 'secrets', 'createdBy', 'createdAt'],
  properties: {
    name: { bsonType: 'string' },
    scopes: { bsonType: 'array', items: { bsonType: 'string' } },
    secrets: { bsonType: 'array', items: SECRET },
    createdBy: { bsonType: 'string' },
    createdAt: { bsonType: 'date' },
    rotatedAt: { bsonType: 'date' },
    revokedAt: { bsonType: 'date' },
    lastUsedAt: { bsonType: 'date' },
    requestId: { bsonType: 'string' },
  },
};

/** API clients. The store deletes revoked ones after 400 days. */
export const apiClients: Migration = {
  number: 3,
  name: 'api-clients',
  up: async (db) => {
    await createCollections(db, ['api_clients']);
    await createIndexes(db, 'api_clients', [
      // Lets one of two concurrent attempts of a creation win.
      { name: 'requestId', key: { requestId: 1 }, unique: true, sparse: true },
      {
        name: 'revokedAt',
        key: { revokedAt: 1 },
        expireAfterSeconds: REVOKED_KEPT_SECONDS,
      },
    ]);
    await setValidator(db, 'api_clients', API_CLIENT);
  },
};
