import {
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
} from 'node:crypto';

export interface RsaKeys {
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
}

/**
 * A new pair of RSA keys, imported from their encoded form. A `KeyObject` that comes from the
 * generator shares a lock with it: in Node 20, jsonwebtoken's look at the size of such a key hangs
 * forever if it happens to start the garbage collection that frees the generator.
 */
export const makeRsaKeys = (): RsaKeys => {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
  return { privateKey: createPrivateKey(privateKey), publicKey: createPublicKey(publicKey) };
};
