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
 * A key stays this long after its last token has ended. Covers an instance that could not read the store and went on
 * signing with the old key, and clocks that differ.
 */
export const KEY_FAREWELL_MS = 600_000;

/** More keys than this are never published at once; a further one has to wait until an old one has gone. */
export const KEYS_MAX = 32;

const DAY_MS = 86_400_000;

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

/** True when a new key is due by age. With 0 days none ever is. */
export const isRotationDue = (
  newest: Pick<StoredSigningKey, 'createdAt'>,
  now: Date,
  maxAgeDays: number,
): boolean => maxAgeDays > 0 && now.getTime() - newest.createdAt.getTime() >= maxAgeDays * DAY_MS;

/**
 * The keys that nobody needs any more: a newer one has been signing for longer than the longest token lives, and a while
 * more. The newest key is never among them.
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
