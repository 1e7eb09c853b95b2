/** The public half of a signing key, as RFC 7517 names its parts. */
export interface PublicSigningKey {
  readonly kid: string;
  /** Modulus, base64url. */
  readonly n: string;
  /** Exponent, base64url. */
  readonly e: string;
}

/** A key pair as it is stored: whoever reads the store alone cannot sign with it. */
export interface StoredSigningKey extends PublicSigningKey {
  /** 1 for the first key; unique, so that instances which start at once agree on one key. */
  readonly generation: number;
  readonly encryptedPrivateKey: string;
  readonly createdAt: Date;
}

/**
 * A key is published this long before anybody signs with it. Covers the time for which a verifier may not know
 * it: the cache of GetJwks here, and the pause between two fetches there (5 s each), with room to spare.
 */
export const KEY_ACTIVATION_MS = 15_000;

/**
 * The key to sign with: the newest that every verifier can know. The first key of all is used at once, because
 * nobody can have fetched the keys before it was there.
 */
export const chooseSigningKey = <Key extends Pick<StoredSigningKey, 'createdAt'>>(
  keysNewestFirst: readonly Key[],
  now: Date,
): Key | undefined =>
  keysNewestFirst.find(
    ({ createdAt }) => now.getTime() - createdAt.getTime() >= KEY_ACTIVATION_MS,
  ) ?? keysNewestFirst.at(-1);
