/** The public half of a signing key, with RFC 7517 names. */
export interface PublicSigningKey {
  readonly kid: string;
  /** Modulus, base64url. */
  readonly n: string;
  /** Exponent, base64url. */
  readonly e: string;
}

/** A stored key pair. Read access to the store alone is not enough to sign with it. */
export interface StoredSigningKey extends PublicSigningKey {
  /** 1 for the first key. Unique, so that instances that start concurrently agree on one key. */
  readonly generation: number;
  readonly encryptedPrivateKey: string;
  readonly createdAt: Date;
}

/**
 * A key is published this long before it signs. Covers the time until every verifier knows it: the
 * GetJwks cache here and the refetch interval there (5 s each), with a margin.
 */
export const KEY_ACTIVATION_MS = 15_000;

/**
 * A key is kept this long after its last token has expired. Covers clock skew, and an instance that
 * could not read the store and kept signing with the old key.
 */
export const KEY_FAREWELL_MS = 600_000;

/** Maximum number of published keys; a new one has to wait until an old one is removed. */
export const KEYS_MAX = 32;

const DAY_MS = 86_400_000;

/**
 * The key to sign with: the newest that every verifier can have fetched. The very first key is used
 * immediately, because no verifier can have fetched the keys before it existed.
 */
export const chooseSigningKey = <Key extends Pick<StoredSigningKey, 'createdAt'>>(
  keysNewestFirst: readonly Key[],
  now: Date,
): Key | undefined =>
  keysNewestFirst.find(
    ({ createdAt }) => now.getTime() - createdAt.getTime() >= KEY_ACTIVATION_MS,
  ) ?? keysNewestFirst.at(-1);

/** Whether a new key is due by age; never with 0 days. */
export const isRotationDue = (
  newest: Pick<StoredSigningKey, 'createdAt'>,
  now: Date,
  maxAgeDays: number,
): boolean => maxAgeDays > 0 && now.getTime() - newest.createdAt.getTime() >= maxAgeDays * DAY_MS;

/**
 * The keys that are no longer needed: a newer one has been signing for the longest token lifetime
 * plus KEY_FAREWELL_MS. Never includes the newest key.
 */
export const findOutlivedKeys = <Key extends Pick<StoredSigningKey, 'createdAt'>>(
  keysNewestFirst: readonly Key[],
  now: Date,
  tokenLifeMaxSeconds: number,
): readonly Key[] =>
  keysNewestFirst.filter((_key, index) => {
    const newer = keysNewestFirst.slice(0, index).map(({ createdAt }) => createdAt.getTime());
    const supersededAt = Math.min(...newer) + KEY_ACTIVATION_MS;
    return now.getTime() >= supersededAt + tokenLifeMaxSeconds * 1000 + KEY_FAREWELL_MS;
  });
