import { createFailureLog, describeCauses, endsWithin, invariant } from '@flashreserve/ops';
import { chooseSigningKey, findOutlivedKeys, type PublicSigningKey } from '../domain/signing-key';
import { createKeyKeeper, type KeyKeeperOptions } from './key-keeper';
import type { TokenSigner } from './ports';

/** The signing keys as known to this instance. */
export interface KeyRing {
  /**
   * Every key whose tokens may still be valid, newest first. At most `maxAgeMs` stale while the
   * store answers.
   */
  readonly publicKeys: () => Promise<readonly PublicSigningKey[]>;
  /** Signs with the newest key that every verifier can have fetched. */
  readonly signer: () => Promise<TokenSigner>;
}

export interface KeyRingOptions extends KeyKeeperOptions {
  /** The stored keys are reread after this many milliseconds. */
  readonly maxAgeMs?: number;
  /** How long a call waits for fresh keys before it uses the known ones, in milliseconds. */
  readonly patienceMs?: number;
}

interface Snapshot {
  readonly publicKeys: readonly PublicSigningKey[];
  readonly kid: string;
  readonly sign: TokenSigner;
}

/** Loads the active keys after the keeper has maintained them. */
const createKeyLoader = (options: KeyRingOptions) => {
  const { vault, clock, tokenLifeMaxSeconds } = options;
  const keep = createKeyKeeper(options);
  return async (previous: Snapshot | undefined): Promise<Snapshot> => {
    const stored = await keep();
    const now = clock.now();
    const chosen = chooseSigningKey(stored, now);
    invariant(chosen !== undefined, 'A signing key that was just stored cannot be read.');
    // Decrypting a key is slow on purpose, so the signer is reused.
    const sign = chosen.kid === previous?.kid ? previous.sign : await vault.open(chosen);
    const outlived = new Set(findOutlivedKeys(stored, now, tokenLifeMaxSeconds));
    return {
      publicKeys: stored
        .filter((key) => !outlived.has(key))
        .map(({ kid, n, e }) => ({ kid, n, e })),
      kid: chosen.kid,
      sign,
    };
  };
};

/**
 * Caches the keys briefly, so that keys created by other instances are picked up soon. While the
 * store is unavailable, the known keys stay in use.
 */
export const createKeyRing = (options: KeyRingOptions): KeyRing => {
  const { clock, log, maxAgeMs = 5_000, patienceMs = 500 } = options;
  const load = createKeyLoader(options);
  const logFailure = createFailureLog();
  let snapshot: Snapshot | undefined;
  let triedAt = Number.NEGATIVE_INFINITY;
  let loading: Promise<void> | undefined;

  /** One read at a time, shared by concurrent callers. Rejects only while no key is known. */
  const loadOnce = (): Promise<void> => {
    loading ??= load(snapshot)
      .then((loaded) => {
        snapshot = loaded;
      })
      .catch((error: unknown) => {
        if (snapshot === undefined) throw error;
        logFailure({
          log,
          level: 'warn',
          key: 'keys',
          fields: { causes: describeCauses(error) },
          message: 'The signing keys could not be read; the known ones stay in use.',
        });
      })
      .finally(() => {
        triedAt = clock.now().getTime();
        loading = undefined;
      });
    return loading;
  };

  const current = async (): Promise<Snapshot> => {
    const isStale = clock.now().getTime() - triedAt >= maxAgeMs;
    if (snapshot === undefined) await loadOnce();
    else if (isStale) await endsWithin(patienceMs, loadOnce());
    invariant(snapshot !== undefined, 'Loading the signing keys left none behind.');
    return snapshot;
  };

  return {
    publicKeys: async () => (await current()).publicKeys,
    signer: async () => (await current()).sign,
  };
};
