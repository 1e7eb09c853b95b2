import { STOCK_LIMITS } from '@flashreserve/contracts';
import { type Clock, daysBefore, systemClock } from '@flashreserve/ops';
import { deadlineExceeded } from '@flashreserve/rpc';
import type { Reservation, ReservationReturn } from '../domain/reservation';
import { refusal, storeUnsettled } from '../domain/reservation-errors';
import { returnIdFor } from '../domain/reservation-id';
import {
  isReturnOf,
  planReturn,
  returnableLines,
  type WantedReturn,
} from '../domain/reservation-return';
import { createEndDue } from './end-due';
import type { AddressedReservation, RequestScope, ReservationRepository } from './ports';
import type { LaterSettlements } from './settle-later';
import type { ReturnSettlement } from './settle-returns';

export interface ReturnRequest extends AddressedReservation, Omit<WantedReturn, 'returnId'> {
  readonly idempotencyKey: string | undefined;
  readonly requestId: string | undefined;
}

export interface ReturnResult {
  readonly reservation: Reservation;
  /** The return, made by this call or by an earlier one. */
  readonly returned: ReservationReturn;
  readonly replayed: boolean;
}

export type ReturnReservation = (
  request: ReturnRequest,
  scope: RequestScope,
) => Promise<ReturnResult>;

/** Each failed attempt means that another return was added, and their number is limited. */
const ATTEMPTS_MAX = STOCK_LIMITS.returnsMax + 1;

/**
 * Takes back units of a confirmed reservation. One conditional update of the reservation decides:
 * it names the number of returns that were read, so of concurrent returns each is checked against
 * those before it, and no unit is returned twice.
 *
 * Catalog is told afterwards, and nobody waits for it: the update also marks the reservation, and
 * the recovery tells catalog of whatever is marked.
 *
 * @throws DomainError RESERVATION_NOT_FOUND, RESERVATION_PENDING, RESERVATION_CANCELLED,
 *   RESERVATION_EXPIRED, RESERVATION_RETURNED, RETURN_EXCEEDS_UNITS, RETURNS_LIMITED,
 *   IDEMPOTENCY_KEY_REUSED, STORE_UNAVAILABLE
 */
export const createReturnReservation = (deps: {
  readonly reservations: Pick<ReservationRepository, 'findOwned' | 'addReturn' | 'expireDue'>;
  readonly settleReturnsLater: LaterSettlements<ReturnSettlement>['settleLater'];
  readonly clock: Clock;
  readonly retentionDays: number;
}): ReturnReservation => {
  const { reservations, settleReturnsLater, clock } = deps;
  const endDue = createEndDue(deps);

  /** What is due for deletion is gone: its hold may be deleted before catalog is told. */
  const read = async (addressed: AddressedReservation): Promise<Reservation> => {
    const stored = await reservations.findOwned(addressed);
    const keptSince = daysBefore(clock.now(), deps.retentionDays);
    if (stored === undefined || stored.createdAt < keptSince) {
      throw refusal('RESERVATION_NOT_FOUND');
    }
    const [seen = stored] = await endDue([stored]);
    return seen;
  };

  const add = async (
    seen: Reservation,
    wanted: WantedReturn,
    scope: RequestScope,
  ): Promise<ReturnResult | undefined> => {
    const { reservationId, customerId, returns = [] } = seen;
    const made = planReturn(seen, wanted, clock.now());
    const isLast = returnableLines({ ...seen, returns: [...returns, made] }).length === 0;
    const addition = { reservationId, customerId, before: returns.length, made, isLast };
    const reservation = await reservations.addReturn(addition);
    if (reservation === undefined) return undefined;
    const unsettled = seen.returnsPending ? [...returns, made] : [made];
    settleReturnsLater({ reservation, unsettled }, scope);
    return { reservation, returned: made, replayed: false };
  };

  return async (request, scope) => {
    const { lines, writeOff, reason } = request;
    const wanted = { returnId: returnIdFor(request), lines, writeOff, reason };
    for (let attempt = 1; attempt <= ATTEMPTS_MAX; attempt += 1) {
      // Deadlines of calls are in real time.
      if (scope.deadline <= systemClock.now()) throw deadlineExceeded();
      const seen = await read(request);
      const earlier = seen.returns?.find(({ returnId }) => returnId === wanted.returnId);
      if (earlier !== undefined) {
        if (!isReturnOf(earlier, wanted)) throw refusal('IDEMPOTENCY_KEY_REUSED');
        return { reservation: seen, returned: earlier, replayed: true };
      }
      const result = await add(seen, wanted, scope);
      if (result !== undefined) return result;
    }
    throw storeUnsettled();
  };
};
