import {
  createPrivateKey,
  createPublicKey,
  generateKeyPair as generateKeyPairWithCallback,
} from 'node:crypto';
import { promisify } from 'node:util';
import { ConfigError, newId } from '@flashreserve/ops';
import type { KeyVault } from '../application/ports';
import { createJwtSigner } from './jwt.signer';
import type { KeyCipher } from './key.cipher';

const MODULUS_BITS = 2_048;
const generateKeyPair = promisify(generateKeyPairWithCallback);

/**
 * Generates RSA keys and decrypts stored ones. Private keys leave it only encrypted, bound to their
 * key id.
 */
export const createKeyVault = (deps: { readonly cipher: KeyCipher }): KeyVault => ({
  generate: async () => {
    // Encoded, because a key object shares a lock with the job that generated it: in Node 20, an
    // export hangs forever if it starts the garbage collection that frees this job.
    const { publicKey, privateKey } = await generateKeyPair('rsa', {
      modulusLength: MODULUS_BITS,
      publicKeyEncoding: { type: 'spki', format: 'pem' },
      privateKeyEncoding: { type: 'pkcs8', format: 'der' },
    });
    const { n, e } = createPublicKey(publicKey).export({ format: 'jwk' });
    if (n === undefined || e === undefined)
      throw new TypeError('The exported RSA key has no modulus or exponent.');
    const kid = newId();
    const encryptedPrivateKey = await deps.cipher.encrypt(privateKey, kid);
    return { kid, n, e, encryptedPrivateKey };
  },
  open: async ({ kid, encryptedPrivateKey }) => {
    const der = await deps.cipher.decrypt(encryptedPrivateKey, kid);
    if (der === undefined) {
      throw new ConfigError(
        `KEY_ENCRYPTION_SECRET is not the secret that signing key ${kid} was encrypted with. ` +
          'Start auth with the secret that it was first started with.',
      );
    }
    const privateKey = createPrivateKey({ key: der, type: 'pkcs8', format: 'der' });
    return createJwtSigner({ kid, privateKey });
  },
});
