import { createFailureLog, describeCauses } from '@flashreserve/ops';
import type { Reservation, ReservationReturn } from '../domain/reservation';
import type { Catalog, RequestScope, ReservationRepository } from './ports';

/** Tells catalog of returns of a reservation. */
export interface ReturnSettlement {
  readonly reservation: Reservation;
  /** Those that catalog may not know. */
  readonly unsettled: readonly ReservationReturn[];
}

/** @throws DomainError if catalog did not reply or refused, or the store failed; may be retried */
export type SettleReturns = (settlement: ReturnSettlement, scope: RequestScope) => Promise<void>;

/**
 * Tells catalog of returns, one by one, and then that nothing is left to tell. Every step is
 * idempotent, so any number of calls, here and on other instances, may do the same at once.
 *
 * The hold is sold first: the settlement of the confirmation may be late. A return that was added
 * meanwhile keeps the mark.
 */
export const createSettleReturns =
  (deps: {
    readonly catalog: Pick<Catalog, 'settleHold' | 'returnStock'>;
    readonly reservations: Pick<ReservationRepository, 'clearReturnsPending'>;
  }): SettleReturns =>
  async ({ reservation, unsettled }, scope) => {
    const { reservationId, lines, returns = [] } = reservation;
    await deps.catalog.settleHold({ reservationId, lines }, 'SELL', scope);
    for (const made of unsettled) await deps.catalog.returnStock(reservation, made, scope);
    await deps.reservations.clearReturnsPending(reservationId, returns.length);
  };

/** The same for calls that have answered already: a failure is logged, and left to the recovery. */
export const leaveToRecovery = (settleReturns: SettleReturns): SettleReturns => {
  const logFailure = createFailureLog();
  return async (settlement, scope) => {
    try {
      await settleReturns(settlement, scope);
    } catch (error) {
      const { reservationId } = settlement.reservation;
      logFailure({
        log: scope.log,
        level: 'warn',
        key: 'returns',
        fields: { causes: describeCauses(error), reservationId },
        message: 'Catalog could not be told of a return; the recovery does it.',
      });
    }
  };
};
