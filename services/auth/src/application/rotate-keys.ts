import type { Clock } from '@flashreserve/ops';
import { findOutlivedKeys, KEY_ACTIVATION_MS, KEYS_MAX } from '../domain/signing-key';
import type { KeyVault, SigningKeyRepository } from './ports';

/** Outcome of a rotation. */
export type Rotation =
  | {
      readonly outcome: 'rotated';
      readonly kid: string;
      /** When every instance has switched to the new key. */
      readonly signsFrom: Date;
      /** Keys whose tokens are still accepted. */
      readonly stillTrusted: readonly string[];
      /** Keys that were removed; their tokens are no longer accepted. */
      readonly removed: readonly string[];
    }
  /** A key was just created, by another caller or by age; nothing to do. */
  | { readonly outcome: 'fresh'; readonly kid: string }
  /** Old keys must expire before another one can be created. */
  | { readonly outcome: 'too-many'; readonly count: number };

/**
 * Creates a new signing key. It is published immediately and signs after KEY_ACTIVATION_MS; old
 * keys stay until their last token has expired. With `revokeOld`, for a stolen key, they are
 * removed immediately, and each verifier rejects their tokens once it refetches the keys.
 *
 * @throws ConfigError when the secret does not decrypt the newest key, because then auth could not
 *   decrypt the new key either
 */
export const rotateKeys = async (
  { revokeOld }: { readonly revokeOld: boolean },
  deps: {
    readonly keys: SigningKeyRepository;
    readonly vault: KeyVault;
    readonly clock: Clock;
    readonly tokenLifeMaxSeconds: number;
  },
): Promise<Rotation> => {
  const { keys, vault, clock } = deps;
  const stored = await keys.list();
  const [newest] = stored;
  if (newest !== undefined) await vault.open(newest);
  const now = clock.now();
  const outlived = new Set(findOutlivedKeys(stored, now, deps.tokenLifeMaxSeconds));
  const living = stored.filter((key) => !outlived.has(key));
  if (!revokeOld) {
    const age =
      newest === undefined ? Number.POSITIVE_INFINITY : now.getTime() - newest.createdAt.getTime();
    if (newest !== undefined && age < KEY_ACTIVATION_MS)
      return { outcome: 'fresh', kid: newest.kid };
    if (living.length >= KEYS_MAX) return { outcome: 'too-many', count: living.length };
  }
  const generation = (newest?.generation ?? 0) + 1;
  const key = { ...(await vault.generate()), generation, createdAt: now };
  if (!(await keys.insertIfAbsent(key))) {
    // Another caller created a key concurrently; the revocation still has to happen.
    if (revokeOld) return rotateKeys({ revokeOld }, deps);
    const [taken] = await keys.list();
    return { outcome: 'fresh', kid: taken?.kid ?? key.kid };
  }
  const leaving = revokeOld ? stored : [...outlived];
  await keys.remove(leaving.map((old) => old.generation));
  const isAlone = revokeOld || newest === undefined;
  return {
    outcome: 'rotated',
    kid: key.kid,
    // As the only key, it signs as soon as it is loaded.
    signsFrom: isAlone ? now : new Date(now.getTime() + KEY_ACTIVATION_MS),
    stillTrusted: revokeOld ? [] : living.map(({ kid }) => kid),
    removed: leaving.map(({ kid }) => kid),
  };
};
