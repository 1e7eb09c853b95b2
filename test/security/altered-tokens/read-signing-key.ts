import { createSilentLogger } from '@flashreserve/ops';
import { connectMongo } from '@flashreserve/store';
import { createKeyCipher } from '../../../services/auth/src/crypto/key.cipher';
import { createModels } from '../../../services/auth/src/mongo/models';
import { createSigningKeyRepository } from '../../../services/auth/src/mongo/signing-key.repository';
import { calmUriOf } from '../../support/stores';

/** Auth's private signing key, read from its store with its secret. */
export const readSigningKey = async (env: Readonly<Record<string, string>>): Promise<Buffer> => {
  const connection = await connectMongo({
    uri: calmUriOf(env['MONGO_URI']),
    dbName: `${env['MONGO_DB_PREFIX']}_auth`,
    log: createSilentLogger(),
  });
  try {
    const [key] = await createSigningKeyRepository(createModels(connection)).list();
    if (key === undefined) throw new Error('Auth has no signing key.');
    const cipher = createKeyCipher(env['KEY_ENCRYPTION_SECRET'] ?? '');
    const der = await cipher.decrypt(key.encryptedPrivateKey, key.kid);
    if (der === undefined) throw new Error('The signing key cannot be opened.');
    return der;
  } finally {
    await connection.close();
  }
};
