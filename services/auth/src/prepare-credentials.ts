import { availableParallelism } from 'node:os';
import { type ComponentBase, systemClock } from '@flashreserve/ops';
import { bootstrapAdmin } from './application/bootstrap-admin';
import { createKeyRing, type KeyRing } from './application/key-ring';
import type { PasswordHasher, UserRepository } from './application/ports';
import type { AuthConfig } from './config';
import { createArgon2Hasher } from './crypto/argon2.hasher';
import { createKeyCipher } from './crypto/key.cipher';
import { createKeyVault } from './crypto/key-vault';
import type { AuthModels } from './mongo/models';
import { createSigningKeyRepository } from './mongo/signing-key.repository';

/** Half of libuv's four threads, so that hashing never blocks DNS lookups and file access. */
const HASHING_CORES_MAX = 2;
const BOOTSTRAP_HASHING_MS = 30_000;

export const createHasher = (): Promise<PasswordHasher> =>
  createArgon2Hasher({
    cores: Math.min(availableParallelism(), HASHING_CORES_MAX),
    // Deadlines come from the transport and run in real time, even if the domain uses another
    // clock.
    clock: systemClock,
  });

/**
 * Creates the first signing key if there is none.
 *
 * @throws ConfigError when KEY_ENCRYPTION_SECRET does not decrypt the stored keys
 */
export const prepareKeys = async (
  { config, clock, log }: ComponentBase<AuthConfig>,
  models: AuthModels,
): Promise<KeyRing> => {
  const keyRing = createKeyRing({
    keys: createSigningKeyRepository(models),
    vault: createKeyVault({ cipher: createKeyCipher(config.KEY_ENCRYPTION_SECRET) }),
    clock,
    log,
    maxAgeDays: config.SIGNING_KEY_MAX_AGE_DAYS,
    tokenLifeMaxSeconds: Math.max(
      config.ACCESS_TOKEN_TTL_SECONDS,
      config.SERVICE_TOKEN_TTL_SECONDS,
    ),
  });
  await keyRing.signer();
  return keyRing;
};

/** Creates the administrator that the configuration names if there is none. */
export const prepareFirstAdmin = (
  { config, clock, log }: ComponentBase<AuthConfig>,
  { users, hasher }: { readonly users: UserRepository; readonly hasher: PasswordHasher },
): Promise<void> => {
  const { ADMIN_EMAIL: email, ADMIN_PASSWORD: password } = config;
  const admin = email === undefined || password === undefined ? undefined : { email, password };
  const limits = {
    deadline: new Date(Date.now() + BOOTSTRAP_HASHING_MS),
    signal: new AbortController().signal,
  };
  return bootstrapAdmin(admin, { users, hasher, limits, clock, log });
};
