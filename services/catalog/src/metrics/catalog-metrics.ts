import type { Clock, Logger, Metrics } from '@flashreserve/ops';
import {
  type BatchMetrics,
  createBatchMetrics,
  createRpcMetrics,
  type RpcMetrics,
} from '@flashreserve/rpc';
import {
  createClockMetrics,
  createMongoMetrics,
  createRetentionMetrics,
  type MongoMetrics,
  type RetentionMetrics,
} from '@flashreserve/store';
import { createHotProducts } from '../application/hot-products';
import type { ProductRepository } from '../application/ports';
import type { BatchObserver } from '../application/stock-writer';
import { type AuditMetrics, createAuditMetrics } from './audit-metrics';
import { createHoldMetrics } from './hold-metrics';
import { createStockMetrics } from './stock-metrics';

/** Maximum number of products whose units are exported. */
const HOT_PRODUCTS_MAX = 20;
const HOT_IDLE_MS = 10 * 60_000;

/** Metrics of catalog. */
export interface CatalogMetrics {
  readonly mongo: MongoMetrics;
  readonly retention: RetentionMetrics;
  readonly rpc: RpcMetrics;
  readonly batches: BatchMetrics;
  /** Sets the clock skew in seconds. */
  readonly onClockSkew: (seconds: number) => void;
  readonly holds: BatchObserver;
  readonly audit: AuditMetrics;
  /** Starts to export the units of hot products. */
  readonly showStock: (products: Pick<ProductRepository, 'findStockLevels'>) => void;
}

export const createCatalogMetrics = (
  metrics: Metrics,
  { clock, log }: { readonly clock: Clock; readonly log: Logger },
): CatalogMetrics => {
  const hot = createHotProducts({ max: HOT_PRODUCTS_MAX, idleMs: HOT_IDLE_MS, clock });
  return {
    mongo: createMongoMetrics(metrics),
    retention: createRetentionMetrics(metrics),
    rpc: createRpcMetrics(metrics),
    batches: createBatchMetrics(metrics),
    onClockSkew: createClockMetrics(metrics),
    holds: createHoldMetrics(metrics, hot),
    audit: createAuditMetrics(metrics),
    showStock: (products) => {
      createStockMetrics(metrics, { hot, products, log });
    },
  };
};
