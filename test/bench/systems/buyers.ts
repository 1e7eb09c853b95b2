import { createRequire } from 'node:module';
import { join } from 'node:path';
import { MongoClient } from 'mongodb';
import { v7 } from 'uuid';
import { AUTH_PREFIX, keyEncryptionSecret } from './bench-environment';
import type { Site } from './system';

type KeyVaultModule = typeof import('../../../services/auth/src/crypto/key-vault');
type KeyCipherModule = typeof import('../../../services/auth/src/crypto/key.cipher');
type SigningKey = import('../../../services/auth/src/mongo/signing-key.model').SigningKeyDocument;

/** Longer than any run. */
const TTL_SECONDS = 6 * 3_600;

const newestKey = async (mongoUri: string): Promise<SigningKey> => {
  const client = await new MongoClient(mongoUri).connect();
  try {
    const key = await client
      .db(`${AUTH_PREFIX}_auth`)
      .collection<SigningKey>('signing_keys')
      .findOne({}, { sort: { _id: -1 } });
    if (key === null) throw new Error('Auth has made no signing key.');
    return key;
  } finally {
    await client.close();
  }
};

/**
 * Signs an access token for each of `count` distinct buyers with auth's own key and code.
 * Registering them would take minutes of password hashing, which is not measured.
 */
export const signBuyers = async (site: Site, count: number): Promise<readonly string[]> => {
  // Auth exports its app only; this tool imports internal modules instead of copying how keys are
  // stored.
  const load = createRequire(join(site.root, 'services/auth/dist/'));
  const { createKeyVault } = load('./crypto/key-vault.js') as KeyVaultModule;
  const { createKeyCipher } = load('./crypto/key.cipher.js') as KeyCipherModule;
  const { _id: generation, ...key } = await newestKey(site.mongoUri);
  const vault = createKeyVault({ cipher: createKeyCipher(keyEncryptionSecret()) });
  const sign = await vault.open({ generation, ...key });
  const life = { issuedAt: new Date(), ttlSeconds: TTL_SECONDS };
  return Array.from({ length: count }, () =>
    sign({ kind: 'user', userId: v7(), role: 'CUSTOMER', sessionId: v7() }, life),
  );
};
