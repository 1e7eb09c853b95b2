import { createHash, randomBytes } from 'node:crypto';
import type { RefreshTokenSource } from '../application/ports';

const TOKEN_BYTES = 32;

/**
 * Opaque tokens of 256 random bits. A fast hash is enough for unguessable values, and the stored
 * hashes are useless to anyone who reads the store.
 */
export const createRefreshTokenSource = (): RefreshTokenSource => ({
  create: () => randomBytes(TOKEN_BYTES).toString('base64url'),
  hash: (token) => createHash('sha256').update(token).digest('base64url'),
});
