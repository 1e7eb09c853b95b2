import { createFailureLog, describeCauses, endsWithin, invariant } from '@flashreserve/ops';
import { chooseSigningKey, findOutlivedKeys, type PublicSigningKey } from '../domain/signing-key';
import { createKeyKeeper, type KeyKeeperOptions } from './key-keeper';
import type { TokenSigner } from './ports';

/** The keys of the system as this instance knows them. */
export interface KeyRing {
  /** Every key whose tokens may be alive, newest first. At most `maxAgeMs` old while the store answers. */
  readonly publicKeys: () => Promise<readonly PublicSigningKey[]>;
  /** Signs with the key that all verifiers can know. */
  readonly signer: () => Promise<TokenSigner>;
}

export interface KeyRingOptions extends KeyKeeperOptions {
  /** The stored keys are read again after this long. */
  readonly maxAgeMs?: number;
  /** How long a call waits for fresh keys while it could use the known ones. */
  readonly patienceMs?: number;
}

interface Snapshot {
  readonly publicKeys: readonly PublicSigningKey[];
  readonly kid: string;
  readonly sign: TokenSigner;
}

/** Reads the keys that are in use, after the keeper has seen to them. */
const createKeyLoader = (options: KeyRingOptions) => {
  const { vault, clock, tokenLifeMaxSeconds } = options;
  const keep = createKeyKeeper(options);
  return async (previous: Snapshot | undefined): Promise<Snapshot> => {
    const stored = await keep();
    const now = clock.now();
    const chosen = chooseSigningKey(stored, now);
    invariant(chosen !== undefined, 'A signing key that was just stored cannot be read.');
    // Opening a key is slow on purpose, so an open one is kept.
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
 * Keeps the keys for a short while, so that a key which another instance made is soon known here. While the
 * store is away the known keys stay in use.
 */
export const createKeyRing = (options: KeyRingOptions): KeyRing => {
  const { clock, log, maxAgeMs = 5_000, patienceMs = 500 } = options;
  const load = createKeyLoader(options);
  const logFailure = createFailureLog();
  let snapshot: Snapshot | undefined;
  let triedAt = Number.NEGATIVE_INFINITY;
  let loading: Promise<void> | undefined;

  /** One read at a time, shared by all who wait for it. Fails only while no key is known. */
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
