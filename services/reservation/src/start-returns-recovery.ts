import type { ComponentBase } from '@flashreserve/ops';
import type { ReservationRepository } from './application/ports';
import { createReturnsRecovery } from './application/recover-returns';
import type { SettleReturns } from './application/settle-returns';
import type { ReservationConfig } from './config';
import type { ReservationMetrics } from './metrics/reservation-metrics';

/** Starts the recovery of returns that catalog may not know. No clock decides there. */
export const startReturnsRecovery = (
  { clock, log, lifecycle }: ComponentBase<ReservationConfig>,
  deps: {
    readonly reservations: ReservationRepository;
    readonly settleReturns: SettleReturns;
    readonly measure: ReservationMetrics;
  },
): void => {
  const { reservations, settleReturns, measure } = deps;
  const { onPass } = measure.returns;
  const recovery = createReturnsRecovery({ reservations, settleReturns, clock, log, onPass });
  lifecycle.onStop('recovery of returns', recovery.stop);
  recovery.start();
};
