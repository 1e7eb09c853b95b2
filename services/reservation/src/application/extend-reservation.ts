import { type Clock, createFailureLog, describeCauses, newId } from '@flashreserve/ops';
import { isDue, type Reservation, refusalFor, shownExpiry } from '../domain/reservation';
import { holdTimeExceeded, refusal, storeUnsettled } from '../domain/reservation-errors';
import { createEndDue } from './end-due';
import type { AddressedReservation, Catalog, RequestScope, ReservationRepository } from './ports';

export interface ExtensionRequest extends AddressedReservation {
  readonly seconds: number;
  /** A retry has the same; the last twenty of a reservation are known. */
  readonly requestId: string | undefined;
}

export type ExtendReservation = (
  request: ExtensionRequest,
  scope: RequestScope,
) => Promise<Reservation>;

/** Another extension, or the end of the reservation, may come between the read and the update. */
const ATTEMPTS_MAX = 10;

/**
 * Moves the expiry of a reservation that is PENDING and not due, never past its maximum. One
 * conditional update decides: it names the expiry that was read, so of concurrent extensions each
 * starts where the one before it ended, and none revives what has ended.
 *
 * The expiry job and the sweep are not told. They ask at the old time, and hear that the
 * reservation is not due.
 *
 * @throws DomainError RESERVATION_NOT_FOUND, RESERVATION_EXPIRED, RESERVATION_CONFIRMED,
 *   RESERVATION_CANCELLED, RESERVATION_RETURNED, HOLD_TIME_EXCEEDED, STORE_UNAVAILABLE
 */
export const createExtendReservation = (deps: {
  readonly reservations: Pick<ReservationRepository, 'findOwned' | 'extend' | 'expireDue'>;
  readonly catalog: Pick<Catalog, 'postponeHold'>;
  readonly clock: Clock;
  /** Longest time from the creation of a reservation to its expiry. */
  readonly maxHoldSeconds: number;
}): ExtendReservation => {
  const { reservations, catalog, clock, maxHoldSeconds } = deps;
  const endDue = createEndDue(deps);
  const logFailure = createFailureLog();

  const read = async (addressed: AddressedReservation): Promise<Reservation> => {
    const stored = await reservations.findOwned(addressed);
    if (stored === undefined) throw refusal('RESERVATION_NOT_FOUND');
    const [seen = stored] = await endDue([stored]);
    return seen;
  };

  /** The maximum is for what customers see; the payment grace moves along. */
  const nextExpiry = (reservation: Reservation, seconds: number): Date => {
    const shown = shownExpiry(reservation).getTime();
    const latest = reservation.createdAt.getTime() + maxHoldSeconds * 1_000;
    if (shown + seconds * 1_000 > latest) {
      throw holdTimeExceeded(new Date(Math.max(latest, shown)));
    }
    return new Date(reservation.expiresAt.getTime() + seconds * 1_000);
  };

  /** Best effort: without it, sweeps ask about the reservation until it is due. */
  const postponeHold = async (extended: Reservation, scope: RequestScope): Promise<void> => {
    const { reservationId, lines, expiresAt } = extended;
    const remainingMs = expiresAt.getTime() - clock.now().getTime();
    if (remainingMs <= 0) return;
    try {
      await catalog.postponeHold({ reservationId, lines, remainingMs }, scope);
    } catch (error) {
      logFailure({
        log: scope.log,
        level: 'warn',
        key: 'postpone',
        fields: { causes: describeCauses(error), reservationId },
        message: 'Catalog was not told that a reservation was extended; sweeps ask about it.',
      });
    }
  };

  return async (request, scope) => {
    // The store's own retry after a lost reply is recognised by it, too.
    const extensionId = request.requestId ?? newId();
    for (let attempt = 1; attempt <= ATTEMPTS_MAX; attempt += 1) {
      const seen = await read(request);
      if (seen.extensionIds?.includes(extensionId) === true) return seen;
      const now = clock.now();
      const refused = refusalFor(seen, now);
      if (refused !== undefined) {
        if (seen.status === 'PENDING' && isDue(seen, now)) continue;
        throw refused;
      }
      const extended = await reservations.extend({
        reservationId: request.reservationId,
        customerId: request.customerId,
        from: seen.expiresAt,
        to: nextExpiry(seen, request.seconds),
        extensionId,
      });
      if (extended === undefined) continue;
      await postponeHold(extended, scope);
      return extended;
    }
    throw storeUnsettled();
  };
};
