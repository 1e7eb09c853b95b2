import type { ComponentId } from '@flashreserve/contracts';
import type { CatalogServiceServer } from '@flashreserve/contracts/catalog';
import type { AccessPolicy } from '@flashreserve/identity';

/**
 * Who may call each RPC. No RPC is open without a token. Taking and settling holds is limited to
 * our own components: a hold without a reservation would be stock that cannot be confirmed.
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
