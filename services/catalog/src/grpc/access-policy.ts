import type { ComponentId } from '@flashreserve/contracts';
import type { CatalogServiceServer } from '@flashreserve/contracts/catalog';
import type { AccessPolicy } from '@flashreserve/identity';

/**
 * Who may call each RPC. Nothing is open to callers without a token. Taking and settling holds is between our own
 * components: a hold without its reservation would be stock that nobody can confirm.
 */
export const ACCESS_POLICY: AccessPolicy<CatalogServiceServer, ComponentId> = {
  createProduct: { users: 'admin' },
  getProduct: { users: 'any', services: 'any' },
  listProducts: { users: 'any', services: 'any' },
  updateProduct: { users: 'admin' },
  adjustStock: { users: 'admin' },
  decrementStock: { services: ['reservation'] },
  batchDecrementStock: { services: ['reservation'] },
  restoreStock: { services: ['reservation', 'expiry-worker'] },
  commitStock: { services: ['reservation', 'expiry-worker'] },
  listOverdueHolds: { services: ['expiry-worker'] },
  auditStock: { users: 'admin', services: 'any' },
  watchStock: { users: 'any', services: 'any' },
};
