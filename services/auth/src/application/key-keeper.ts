import { type Clock, createFailureLog, describeCauses, type Logger } from '@flashreserve/ops';
import { findOutlivedKeys, isRotationDue, type StoredSigningKey } from '../domain/signing-key';
import type { KeyVault, SigningKeyRepository } from './ports';

export interface KeyKeeperOptions {
  readonly keys: SigningKeyRepository;
  readonly vault: KeyVault;
  readonly clock: Clock;
  readonly log: Logger;
  /** Age of the newest key at which a new one is created; 0 disables rotation by age. */
  readonly maxAgeDays: number;
  /** Longest token lifetime; an old key stays published at least that long. */
  readonly tokenLifeMaxSeconds: number;
}

/**
 * Reads and maintains the stored keys: creates the first one, creates a new one when the newest is
 * too old, and removes those whose last token has expired. Safe to run on several instances at
 * once: the generation of a key is unique, so one instance stores the next key and the others adopt
 * it.
 */
export const createKeyKeeper = (options: KeyKeeperOptions) => {
  const { keys, vault, clock, log } = options;
  const logFailure = createFailureLog();

  const addKey = async (generation: number): Promise<void> => {
    const key = { ...(await vault.generate()), generation, createdAt: clock.now() };
    if (await keys.insertIfAbsent(key)) {
      log.info({ kid: key.kid, generation }, 'A signing key was created.');
    }
  };

  /** Whether the stored keys changed. */
  const maintain = async (stored: readonly StoredSigningKey[]): Promise<boolean> => {
    const [newest] = stored;
    const now = clock.now();
    const outlived = findOutlivedKeys(stored, now, options.tokenLifeMaxSeconds);
    const isDue = newest !== undefined && isRotationDue(newest, now, options.maxAgeDays);
    if (isDue) await addKey(newest.generation + 1);
    if (outlived.length > 0) {
      await keys.remove(outlived.map(({ generation }) => generation));
      log.info({ kids: outlived.map(({ kid }) => kid) }, 'Expired signing keys were removed.');
    }
    return isDue || outlived.length > 0;
  };

  return async (): Promise<readonly StoredSigningKey[]> => {
    const stored = await keys.list();
    if (stored.length === 0) {
      await addKey(1);
      return keys.list();
    }
    try {
      return (await maintain(stored)) ? await keys.list() : stored;
    } catch (error) {
      // The stored keys are still valid; the next read retries.
      logFailure({
        log,
        level: 'warn',
        key: 'renewal',
        fields: { causes: describeCauses(error) },
        message: 'The signing keys could not be rotated or cleaned up; retrying at the next read.',
      });
      return stored;
    }
  };
};
