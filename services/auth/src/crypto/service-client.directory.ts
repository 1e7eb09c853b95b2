import { createHash, timingSafeEqual } from 'node:crypto';
import type { ServiceClientDirectory } from '../application/ports';

const digest = (secret: string): Buffer => createHash('sha256').update(secret).digest();

/**
 * Service clients from the configuration. Comparing digests of equal length takes constant time.
 */
export const createServiceClientDirectory = (
  clients: readonly { readonly clientId: string; readonly secret: string }[],
): ServiceClientDirectory => {
  const digests = new Map(clients.map(({ clientId, secret }) => [clientId, digest(secret)]));
  const nobodysDigest = Buffer.alloc(digest('').length);
  return {
    isAuthentic: (clientId, secret) =>
      timingSafeEqual(digest(secret), digests.get(clientId) ?? nobodysDigest) &&
      digests.has(clientId),
  };
};
