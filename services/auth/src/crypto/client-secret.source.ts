import { createHash, randomBytes, randomInt, timingSafeEqual } from 'node:crypto';
import type { ClientSecretSource } from '../application/ports';
import { API_CLIENT_LIMITS } from '../domain/api-client';

const SECRET_BYTES = 32;
const RANDOM_BITS = 32;
const BASE = 32;
const ID_LENGTH = 16;

const digest = (secret: string): Buffer => createHash('sha256').update(secret).digest();

/**
 * Secrets of 256 random bits. A fast hash is enough for unguessable values, and the stored hashes
 * are useless to anyone who reads the store.
 */
export const createClientSecretSource = (): ClientSecretSource => {
  const nobodysHash = digest('').toString('base64url');
  return {
    // The time comes first, so that ids sort by it.
    newClientId: (now) =>
      ((BigInt(now.getTime()) << BigInt(RANDOM_BITS)) | BigInt(randomInt(2 ** RANDOM_BITS)))
        .toString(BASE)
        .padStart(ID_LENGTH, '0'),
    create: () => randomBytes(SECRET_BYTES).toString('base64url'),
    hash: (secret) => digest(secret).toString('base64url'),
    find: (secret, candidates) => {
      const given = digest(secret);
      const isEqual = (hash: string): boolean =>
        timingSafeEqual(given, Buffer.from(hash, 'base64url'));
      // Each place is compared, so that the time tells nothing about how many are taken.
      return Array.from({ length: API_CLIENT_LIMITS.secretsMax }, (_, place) => {
        const candidate = candidates[place];
        const matches = isEqual(candidate?.hash ?? nobodysHash);
        return matches ? candidate : undefined;
      }).find((candidate) => candidate !== undefined);
    },
  };
};
