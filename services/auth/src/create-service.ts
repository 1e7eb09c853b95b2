import { AuthServiceService } from '@flashreserve/contracts/auth';
import { defineService, type TokenVerifier } from '@flashreserve/identity';
import type { ComponentBase } from '@flashreserve/ops';
import type { GrpcService } from '@flashreserve/rpc';
import { translateStoreError } from '@flashreserve/store';
import { ACCESS_POLICY, type AuthUseCases, createAuthHandler } from './grpc/auth.handler';
import type { AuthMetrics } from './metrics/auth-metrics';

/** The gRPC service: its contract, who may call what, and what answers. */
export const createService = (
  { log, tracing }: ComponentBase<unknown>,
  deps: {
    readonly useCases: AuthUseCases;
    readonly verifier: TokenVerifier;
    readonly measure: AuthMetrics;
  },
): GrpcService =>
  defineService({
    definition: AuthServiceService,
    domain: 'auth.flashreserve',
    policy: ACCESS_POLICY,
    handlers: createAuthHandler(deps.useCases),
    verifier: deps.verifier,
    translateError: translateStoreError,
    log,
    tracing,
    rpcMetrics: deps.measure.rpc,
  });
