import { ReservationServiceService } from '@flashreserve/contracts/reservation';
import { defineService, type TokenVerifier } from '@flashreserve/identity';
import type { ComponentBase, Failpoints } from '@flashreserve/ops';
import type { GrpcService } from '@flashreserve/rpc';
import { type ClockGuard, translateStoreError } from '@flashreserve/store';
import {
  ACCESS_POLICY,
  createReservationHandler,
  type ReservationUseCases,
} from './grpc/reservation.handler';
import type { ReservationMetrics } from './metrics/reservation-metrics';

/** Calls that depend on the clock. Reads and settlements do not. */
const CALLS_BY_CLOCK = [
  'reserve',
  'batchReserve',
  'confirmReservation',
  'cancelReservation',
  'batchResolve',
  'extendReservation',
  'reviveReservation',
  'returnReservation',
  'expireReservations',
] as const;

/** The gRPC service: its contract, who may call what, and what answers. */
export const createService = (
  { log, tracing }: ComponentBase<unknown>,
  deps: {
    readonly useCases: ReservationUseCases;
    readonly verifier: TokenVerifier;
    readonly guard: ClockGuard;
    readonly failpoints: Failpoints;
    readonly measure: ReservationMetrics;
  },
): GrpcService => {
  const { useCases, verifier, guard, failpoints, measure } = deps;
  const handler = failpoints.around('reservation.rpc', createReservationHandler(useCases));
  return defineService({
    definition: ReservationServiceService,
    domain: 'reservation.flashreserve',
    policy: ACCESS_POLICY,
    handlers: guard.around(handler, CALLS_BY_CLOCK),
    verifier: { ...verifier, authenticate: guard.explain(verifier.authenticate) },
    translateError: translateStoreError,
    log,
    tracing,
    rpcMetrics: measure.rpc,
  });
};
