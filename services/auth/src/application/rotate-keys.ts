import type { Clock } from '@flashreserve/ops';
import { findOutlivedKeys, KEY_ACTIVATION_MS, KEYS_MAX } from '../domain/signing-key';
import type { KeyVault, SigningKeyRepository } from './ports';

/** What became of a rotation. */
export type Rotation =
  | {
      readonly outcome: 'rotated';
      readonly kid: string;
      /** When every instance signs with the new key. */
      readonly signsFrom: Date;
      /** Keys whose tokens are still taken. */
      readonly stillTrusted: readonly string[];
      /** Keys that were removed, now and with them their tokens. */
      readonly removed: readonly string[];
    }
  /** A key was made a moment ago, by somebody else or by age; there is nothing to do. */
  | { readonly outcome: 'fresh'; readonly kid: string }
  /** Old keys must end before a further one can be made. */
  | { readonly outcome: 'too-many'; readonly count: number };

/**
 * Makes a new signing key. It is published at once and signs after KEY_ACTIVATION_MS; the old ones stay until their last
 * token has ended. With `revokeOld` they are removed at once, so that their tokens end wherever the keys are fetched
 * next: for a key that was stolen.
 *
 * @throws ConfigError when the secret does not open the newest key, because nobody could open a key made with it
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
    // Somebody else made a key at this moment; what is to be revoked is revoked all the same.
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
    // Alone, the new key is used as soon as it is read.
    signsFrom: isAlone ? now : new Date(now.getTime() + KEY_ACTIVATION_MS),
    stillTrusted: revokeOld ? [] : living.map(({ kid }) => kid),
    removed: leaving.map(({ kid }) => kid),
  };
};
