import { randomBytes } from 'node:crypto';
import type { Clock } from '@flashreserve/ops';
import { hash, type Options, verify } from '@node-rs/argon2';
import type { PasswordHasher, PasswordTools, WorkLimits } from '../application/ports';
import { createWorkQueue } from './work-queue';

/**
 * OWASP's minimum for argon2id and the library's default: about 25 ms of one core and 19 MiB per
 * hash.
 */
const ARGON2_OPTIONS = {
  memoryCost: 19_456,
  timeCost: 2,
  parallelism: 1,
} as const satisfies Options;

/** More slots than cores, so that a slow store does not leave the cores idle. */
const TURNS_PER_CORE = 4;
/** Queue limit; at 80 hashes per second the last caller waits 13 s. */
const WAITING_MAX = 1_000;

/** Hashes with argon2id on libuv's thread pool, at most `cores` at a time. */
export const createArgon2Hasher = async (deps: {
  readonly cores: number;
  /** Clock for deadlines. */
  readonly clock: Clock;
}): Promise<PasswordHasher> => {
  const { cores, clock } = deps;
  const turnsMax = cores * TURNS_PER_CORE;
  const turns = createWorkQueue({ concurrency: turnsMax, waitingMax: WAITING_MAX, clock });
  const hashing = createWorkQueue({ concurrency: cores, waitingMax: turnsMax, clock });
  const nobodysHash = await hash(randomBytes(32), ARGON2_OPTIONS);

  const toolsFor = (limits: WorkLimits): PasswordTools => ({
    hash: (password) => hashing.run(() => hash(password, ARGON2_OPTIONS), limits),
    verify: async (password, passwordHash) => {
      const expected = passwordHash ?? nobodysHash;
      const matches = await hashing.run(() => verify(expected, password), limits);
      return matches && passwordHash !== undefined;
    },
  });
  return { inTurn: (limits, work) => turns.run(() => work(toolsFor(limits)), limits) };
};
