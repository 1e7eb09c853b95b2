import { createPrivateKey, generateKeyPair as generateKeyPairWithCallback } from 'node:crypto';
import { promisify } from 'node:util';
import { ConfigError, newId } from '@flashreserve/ops';
import type { KeyVault } from '../application/ports';
import { createJwtSigner } from './jwt.signer';
import type { KeyCipher } from './key.cipher';

const MODULUS_BITS = 2_048;
const generateKeyPair = promisify(generateKeyPairWithCallback);

/** Makes RSA keys and opens stored ones. Private halves leave it only encrypted, bound to their key's id. */
export const createKeyVault = (deps: { readonly cipher: KeyCipher }): KeyVault => ({
  generate: async () => {
    const { publicKey, privateKey } = await generateKeyPair('rsa', { modulusLength: MODULUS_BITS });
    const { n, e } = publicKey.export({ format: 'jwk' });
    if (n === undefined || e === undefined)
      throw new TypeError('An RSA key came without its parts.');
    const kid = newId();
    const encryptedPrivateKey = await deps.cipher.encrypt(
      privateKey.export({ type: 'pkcs8', format: 'der' }),
      kid,
    );
    return { kid, n, e, encryptedPrivateKey };
  },
  open: async ({ kid, encryptedPrivateKey }) => {
    const der = await deps.cipher.decrypt(encryptedPrivateKey, kid);
    if (der === undefined) {
      throw new ConfigError(
        `KEY_ENCRYPTION_SECRET is not the secret that signing key ${kid} was encrypted with. ` +
          'Start with the secret of the first start.',
      );
    }
    const privateKey = createPrivateKey({ key: der, type: 'pkcs8', format: 'der' });
    return createJwtSigner({ kid, privateKey });
  },
});
