import type { Clock } from '@flashreserve/platform/clock';
import {
  isDue,
  type Reservation,
  type ReservationLine,
  sameLines,
  TOMBSTONE,
} from '../domain/reservation';
import {
  idempotencyKeyReused,
  reservationExpired,
  storeUnsettled,
} from '../domain/reservation-errors';
import { reservationIdFor } from '../domain/reservation-id';
import type { WithinOpenHolds } from './open-holds-limit';
import type { Catalog, ExpiryScheduler, Hold, RequestScope, ReservationRepository } from './ports';
import type { ReservationWriter } from './reservation-writer';
import type { SettleHold } from './settle-hold';

export interface ReserveRequest {
  readonly customerId: string;
  /** Summed: each product at most once. */
  readonly lines: readonly ReservationLine[];
  readonly idempotencyKey?: string | undefined;
  readonly requestId?: string | undefined;
}

export interface ReserveResult {
  readonly reservation: Reservation;
  /** True when an earlier call made it. */
  readonly replayed: boolean;
}

export type Reserve = (request: ReserveRequest, scope: RequestScope) => Promise<ReserveResult>;

/**
 * Holds the units, then writes the reservation, then schedules its expiry. In this order a sold-out answer
 * costs no write here, and a crash between two steps leaves at most a hold that the sweep gives back. Nothing
 * is undone on an error: its outcome may be unknown, and a repeat with the same id goes on where this one ended.
 *
 * @throws DomainError RESERVATION_EXPIRED, IDEMPOTENCY_KEY_REUSED, OPEN_HOLDS_LIMITED, CATALOG_UNAVAILABLE and catalog's refusals
 */
export const createReserve = (deps: {
  readonly reservations: Pick<ReservationRepository, 'find'>;
  readonly writer: Pick<ReservationWriter, 'insert'>;
  readonly catalog: Catalog;
  readonly scheduler: ExpiryScheduler;
  readonly settleHold: SettleHold;
  /** Undefined when open reservations are not limited. */
  readonly withinOpenHolds?: WithinOpenHolds | undefined;
  readonly clock: Clock;
  readonly ttlSeconds: number;
}): Reserve => {
  const { reservations, writer, catalog, scheduler, settleHold, clock, ttlSeconds } = deps;

  /** A hold that is over, or about to be ended, must not get a reservation. */
  const writeReservation = async (
    claim: Reservation,
    hold: Hold,
    { deadline }: RequestScope,
  ): Promise<'inserted' | 'exists' | 'too-late'> =>
    hold.state === 'HELD' && !isDue(hold, clock.now())
      ? writer.insert(claim, deadline)
      : 'too-late';

  /** What the first call with this id left behind. */
  const findFirst = async (
    claim: Reservation,
    hold: Hold,
    written: 'exists' | 'too-late',
    scope: RequestScope,
  ): Promise<Reservation> => {
    const stored = await reservations.find(claim.id);
    if (stored === undefined) {
      if (written === 'exists') throw storeUnsettled();
      throw reservationExpired();
    }
    if (stored === TOMBSTONE) {
      if (hold.state === 'HELD') {
        await settleHold({ reservationId: claim.id, verdict: 'RELEASE' }, scope);
      }
      throw reservationExpired();
    }
    // Catalog compares the hold with the request; this holds even if the two stores ever disagree.
    if (stored.customerId !== claim.customerId || !sameLines(stored.lines, claim.lines)) {
      throw idempotencyKeyReused();
    }
    return stored;
  };

  const make = async (
    id: string,
    { customerId, lines }: ReserveRequest,
    scope: RequestScope,
  ): Promise<ReserveResult> => {
    const expiresAt = new Date(clock.now().getTime() + ttlSeconds * 1000);

    const hold = await catalog.takeHold({ reservationId: id, customerId, lines, expiresAt }, scope);

    const claim: Reservation = {
      id,
      customerId,
      status: 'PENDING',
      lines,
      // A repeat gets the first hold, so it must also keep the first hold's times.
      expiresAt: hold.expiresAt,
      createdAt: hold.createdAt,
    };
    const written = await writeReservation(claim, hold, scope);
    const reservation =
      written === 'inserted' ? claim : await findFirst(claim, hold, written, scope);

    const replayed = written !== 'inserted';
    // Nobody waits for it: the job only makes the expiry timely, and it never rejects.
    // Also on a replay, because the first call may have ended before this step.
    if (reservation.status === 'PENDING') {
      void scheduler.scheduleExpiry(reservation, { repeated: replayed });
    }
    return { reservation, replayed };
  };

  return (request, scope) => {
    const { customerId } = request;
    const id = reservationIdFor(request);
    if (deps.withinOpenHolds === undefined) return make(id, request, scope);
    return deps.withinOpenHolds({ reservationId: id, customerId }, () => make(id, request, scope));
  };
};
