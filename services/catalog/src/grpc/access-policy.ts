import type { CatalogServiceServer } from '@flashreserve/contracts/catalog';
import type { AccessPolicy } from '@flashreserve/platform/grpc';

/** Who may call each RPC. Nothing is open to callers without a token. */
export const ACCESS_POLICY: AccessPolicy<CatalogServiceServer> = {
  createProduct: 'admin',
  getProduct: 'authenticated',
  listProducts: 'authenticated',
  updateProduct: 'admin',
  adjustStock: 'admin',
  decrementStock: 'service',
  batchDecrementStock: 'service',
  restoreStock: 'service',
  commitStock: 'service',
  listOverdueHolds: 'service',
  auditStock: 'admin-or-service',
  watchStock: 'authenticated',
};
