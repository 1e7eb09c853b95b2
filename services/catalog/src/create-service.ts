import { CatalogServiceService } from '@flashreserve/contracts/catalog';
import { defineService, type TokenVerifier } from '@flashreserve/identity';
import type { ComponentBase, Failpoints } from '@flashreserve/ops';
import type { GrpcService } from '@flashreserve/rpc';
import { type ClockGuard, translateStoreError } from '@flashreserve/store';
import { ACCESS_POLICY, type CatalogUseCases, createCatalogHandler } from './grpc/catalog.handler';
import type { CatalogMetrics } from './metrics/catalog-metrics';

/** Calls that depend on the clock. Reads and settlements do not. */
const CALLS_BY_CLOCK = [
  'decrementStock',
  'batchDecrementStock',
  'listOverdueHolds',
  'postponeHold',
] as const;

/** The gRPC service: its contract, who may call what, and what answers. */
export const createService = (
  { log, tracing }: ComponentBase<unknown>,
  deps: {
    readonly useCases: CatalogUseCases;
    readonly verifier: TokenVerifier;
    readonly guard: ClockGuard;
    readonly failpoints: Failpoints;
    readonly measure: CatalogMetrics;
  },
): GrpcService => {
  const { useCases, verifier, guard, failpoints, measure } = deps;
  // Failpoints wrap calls with a single response; a stream has none.
  const { watchStock, ...unary } = createCatalogHandler(useCases);
  return defineService({
    definition: CatalogServiceService,
    domain: 'catalog.flashreserve',
    policy: ACCESS_POLICY,
    handlers: {
      ...guard.around(failpoints.around('catalog.rpc', unary), CALLS_BY_CLOCK),
      watchStock,
    },
    verifier: { ...verifier, authenticate: guard.explain(verifier.authenticate) },
    translateError: translateStoreError,
    log,
    tracing,
    rpcMetrics: measure.rpc,
  });
};
