import {
  createCipheriv,
  createDecipheriv,
  randomBytes,
  type ScryptOptions,
  scrypt as scryptWithCallback,
} from 'node:crypto';

/** Encrypts small secrets with a key derived from a passphrase. */
export interface KeyCipher {
  /** Binds the ciphertext to `context`: decrypting requires the same one. */
  readonly encrypt: (plaintext: Buffer, context: string) => Promise<string>;
  /** Undefined when the passphrase or context differs or the ciphertext was modified. */
  readonly decrypt: (ciphertext: string, context: string) => Promise<Buffer | undefined>;
}

const ALGORITHM = 'aes-256-gcm';
const VERSION = 'v1';
const SALT_BYTES = 16;
const IV_BYTES = 12;
const TAG_BYTES = 16;
const KEY_BYTES = 32;
/** About 50 ms and 16 MiB: slow to brute-force, negligible once at startup. */
const SCRYPT_OPTIONS: ScryptOptions = { N: 16_384, r: 8, p: 1 };

const deriveKey = (passphrase: string, salt: Buffer): Promise<Buffer> =>
  new Promise((resolve, reject) => {
    scryptWithCallback(passphrase, salt, KEY_BYTES, SCRYPT_OPTIONS, (error, key) => {
      if (error) reject(error);
      else resolve(key);
    });
  });

/** AES-256-GCM with a key that scrypt derives from the passphrase and a new salt for each text. */
export const createKeyCipher = (passphrase: string): KeyCipher => ({
  encrypt: async (plaintext, context) => {
    const salt = randomBytes(SALT_BYTES);
    const iv = randomBytes(IV_BYTES);
    const cipher = createCipheriv(ALGORITHM, await deriveKey(passphrase, salt), iv, {
      authTagLength: TAG_BYTES,
    }).setAAD(Buffer.from(context));
    const encrypted = Buffer.concat([cipher.update(plaintext), cipher.final()]);
    const parts = [salt, iv, cipher.getAuthTag(), encrypted];
    return [VERSION, ...parts.map((part) => part.toString('base64url'))].join('.');
  },
  decrypt: async (ciphertext, context) => {
    const [version, ...parts] = ciphertext.split('.');
    const [salt, iv, tag, encrypted] = parts.map((part) => Buffer.from(part, 'base64url'));
    if (version !== VERSION || !salt || !iv || !tag || !encrypted) return undefined;
    const key = await deriveKey(passphrase, salt);
    try {
      const decipher = createDecipheriv(ALGORITHM, key, iv, { authTagLength: TAG_BYTES })
        .setAAD(Buffer.from(context))
        .setAuthTag(tag);
      return Buffer.concat([decipher.update(encrypted), decipher.final()]);
    } catch {
      // GCM reports only that authentication failed, not why; the caller interprets it.
      return undefined;
    }
  },
});
