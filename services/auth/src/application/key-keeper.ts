import { type Clock, createFailureLog, describeCauses, type Logger } from '@flashreserve/ops';
import { findOutlivedKeys, isRotationDue, type StoredSigningKey } from '../domain/signing-key';
import type { KeyVault, SigningKeyRepository } from './ports';

export interface KeyKeeperOptions {
  readonly keys: SigningKeyRepository;
  readonly vault: KeyVault;
  readonly clock: Clock;
  readonly log: Logger;
  /** A new key is made when the newest is this old; 0 makes none by age. */
  readonly maxAgeDays: number;
  /** Life of the longest token, for which an old key stays published. */
  readonly tokenLifeMaxSeconds: number;
}

/**
 * Reads the stored keys and sees to them: makes the first one, makes a new one when the newest is too old, and removes
 * those whose last token has ended. Instances may do this at the same moment: the generation of a key is unique, so
 * one of them stores the next key and the others take it over.
 */
export const createKeyKeeper = (options: KeyKeeperOptions) => {
  const { keys, vault, clock, log } = options;
  const logFailure = createFailureLog();

  const addKey = async (generation: number): Promise<void> => {
    const key = { ...(await vault.generate()), generation, createdAt: clock.now() };
    if (await keys.insertIfAbsent(key)) {
      log.info({ kid: key.kid, generation }, 'A signing key was made.');
    }
  };

  /** True when it changed something. */
  const maintain = async (stored: readonly StoredSigningKey[]): Promise<boolean> => {
    const [newest] = stored;
    const now = clock.now();
    const outlived = findOutlivedKeys(stored, now, options.tokenLifeMaxSeconds);
    const isDue = newest !== undefined && isRotationDue(newest, now, options.maxAgeDays);
    if (isDue) await addKey(newest.generation + 1);
    if (outlived.length > 0) {
      await keys.remove(outlived.map(({ generation }) => generation));
      log.info({ kids: outlived.map(({ kid }) => kid) }, 'Outlived signing keys were removed.');
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
      // The keys that are there are good; the next reading tries again.
      logFailure({
        log,
        level: 'warn',
        key: 'renewal',
        fields: { causes: describeCauses(error) },
        message: 'The signing keys could not be renewed.',
      });
      return stored;
    }
  };
};
