import { createFailureLog, describeCauses } from '@flashreserve/ops';
import type { Reservation } from '../domain/reservation';
import type { Catalog, ExpiryScheduler, HoldState, RequestScope } from './ports';

/** Settles the hold of a reservation in a final state. Never rejects. */
export type SettleHold = (
  settlement: Pick<Reservation, 'reservationId' | 'lines'> & {
    readonly verdict: 'RELEASE' | 'SELL';
  },
  scope: RequestScope,
) => Promise<void>;

const STATE_AFTER = { RELEASE: 'RELEASED', SELL: 'SOLD' } as const satisfies Record<
  string,
  HoldState
>;

/**
 * Settles immediately; if catalog does not reply, schedules a job; without a queue, the sweep does
 * it. The caller's own change is already durable, so no failure here may fail its call.
 */
export const createSettleHold = (deps: {
  readonly catalog: Pick<Catalog, 'settleHold'>;
  readonly scheduler: ExpiryScheduler;
}): SettleHold => {
  const logFailure = createFailureLog();
  return async ({ reservationId, lines, verdict }, scope) => {
    let state: HoldState | undefined;
    try {
      state = await deps.catalog.settleHold({ reservationId, lines }, verdict, scope);
    } catch (error) {
      logFailure({
        log: scope.log,
        level: 'warn',
        key: 'settle',
        fields: { causes: describeCauses(error), reservationId },
        message: 'A hold could not be settled; a job retries it.',
      });
      await deps.scheduler.scheduleSettlement(reservationId);
      return;
    }
    if (state !== STATE_AFTER[verdict]) {
      scope.log.error(
        { reservationId, verdict, state },
        'A hold contradicts its reservation; run the audit.',
      );
    }
  };
};
