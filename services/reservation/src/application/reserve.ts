import type { Clock } from '@flashreserve/ops';
import {
  isDue,
  type Reservation,
  type ReservationTerms,
  sameLines,
  TOMBSTONE,
  termsOf,
} from '../domain/reservation';
import { refusal, storeUnsettled } from '../domain/reservation-errors';
import { reservationIdFor } from '../domain/reservation-id';
import { createEndDue } from './end-due';
import { mayHaveTaken } from './may-have-taken';
import type { OpenHold, WithinOpenHolds } from './open-holds-limit';
import type { Catalog, ExpiryScheduler, Hold, RequestScope, ReservationRepository } from './ports';
import type { ReservationWriter } from './reservation-writer';
import type { SettleHold } from './settle-hold';

export interface ReserveRequest extends ReservationTerms {
  readonly idempotencyKey?: string | undefined;
  readonly requestId?: string | undefined;
}

export interface ReserveResult {
  readonly reservation: Reservation;
  /** Whether an earlier call created it. */
  readonly replayed: boolean;
}

export type Reserve = (request: ReserveRequest, scope: RequestScope) => Promise<ReserveResult>;

/**
 * How long a failed call may be retried with the same key. Then a job checks its outcome, and units
 * held without a reservation are released.
 */
const GIVE_UP_AFTER_MS = 5_000;

/** Calls `tell` with the error of failed work, then rethrows it. */
const onFailureOf = async <Result>(
  work: Promise<Result>,
  tell: (error: unknown) => void,
): Promise<Result> => {
  try {
    return await work;
  } catch (error) {
    tell(error);
    throw error;
  }
};

/**
 * Holds the units, then writes the reservation, then schedules its expiry. In this order a sold-out
 * response costs no write here, and a crash between two steps leaves at most a hold that the sweep
 * releases. Nothing is rolled back on an error: the outcome may be unknown, and a retry with the
 * same id continues where the failed call stopped. Without a retry within five seconds the units
 * are released; a later retry gets RESERVATION_EXPIRED. Without a queue the units are released when
 * the hold expires.
 *
 * @throws DomainError RESERVATION_EXPIRED, IDEMPOTENCY_KEY_REUSED, OPEN_HOLDS_LIMITED,
 *   CATALOG_UNAVAILABLE and catalog's refusals
 */
export const createReserve = (deps: {
  readonly reservations: Pick<ReservationRepository, 'find' | 'findOwned' | 'expireDue'>;
  readonly writer: Pick<ReservationWriter, 'insert'>;
  readonly catalog: Catalog;
  readonly scheduler: ExpiryScheduler;
  readonly settleHold: SettleHold;
  /** Undefined if open reservations are not limited. */
  readonly withinOpenHolds?: WithinOpenHolds | undefined;
  readonly clock: Clock;
  readonly ttlSeconds: number;
}): Reserve => {
  const { reservations, writer, catalog, scheduler, settleHold, clock, ttlSeconds } = deps;
  const endDue = createEndDue(deps);

  /** A hold that is settled or due must not get a reservation. */
  const writeReservation = async (
    claim: Reservation,
    hold: Hold,
    { deadline }: RequestScope,
  ): Promise<'inserted' | 'exists' | 'too-late'> =>
    hold.state === 'HELD' && !isDue(hold, clock.now())
      ? writer.insert(claim, deadline)
      : 'too-late';

  /** Returns what the first call with this id wrote. */
  const findFirst = async (
    claim: Reservation,
    hold: Hold,
    written: 'exists' | 'too-late',
    scope: RequestScope,
  ): Promise<Reservation> => {
    const stored = await reservations.find(claim.reservationId);
    if (stored === undefined) {
      if (written === 'exists') throw storeUnsettled();
      throw refusal('RESERVATION_EXPIRED');
    }
    const isUnsold =
      stored === TOMBSTONE || stored.status === 'CANCELLED' || stored.status === 'EXPIRED';
    // A tombstone came between hold and reservation, or this is a retry after catalog has deleted the
    // released hold, which took another.
    if (isUnsold && hold.state === 'HELD') {
      await settleHold({ reservationId: claim.reservationId, verdict: 'RELEASE' }, scope);
    }
    if (stored === TOMBSTONE) throw refusal('RESERVATION_EXPIRED');
    // Catalog already compares the hold with the request; this check also covers stores that
    // disagree.
    if (stored.customerId !== claim.customerId || !sameLines(stored.lines, claim.lines)) {
      throw refusal('IDEMPOTENCY_KEY_REUSED');
    }
    return stored;
  };

  /**
   * A hold may exist without a reservation. Only ExpireReservations can decide that, because it
   * writes a tombstone before the units are released. So the expiry job is scheduled early; if
   * there is a reservation after all, the job is put back.
   */
  const giveUp = (reservationId: string, open: OpenHold | undefined): void => {
    const expiresAt = new Date(clock.now().getTime() + GIVE_UP_AFTER_MS);
    void scheduler.scheduleExpiry({ reservationId, expiresAt }, { repeated: false });
    open?.mayStayHeld();
  };

  const takeHold = (
    reservationId: string,
    { customerId, lines }: ReserveRequest,
    scope: RequestScope,
  ): Promise<Hold> => {
    const holdMs = ttlSeconds * 1_000;
    const expiresAt = new Date(clock.now().getTime() + holdMs);
    return catalog.takeHold({ reservationId, customerId, lines, expiresAt, holdMs }, scope);
  };

  const make = async (
    reservationId: string,
    request: ReserveRequest,
    scope: RequestScope,
    open?: OpenHold,
  ): Promise<ReserveResult> => {
    const hold = await onFailureOf(takeHold(reservationId, request, scope), (error) => {
      if (mayHaveTaken(error)) giveUp(reservationId, open);
    });

    const claim: Reservation = {
      reservationId,
      status: 'PENDING',
      // A retry gets the first hold, so it must also keep that hold's times.
      expiresAt: hold.expiresAt,
      createdAt: hold.createdAt,
      ...termsOf(request),
    };
    const written = await onFailureOf(writeReservation(claim, hold, scope), () => {
      giveUp(reservationId, open);
    });
    const reservation =
      written === 'inserted' ? claim : await findFirst(claim, hold, written, scope);

    const replayed = written !== 'inserted';
    // Fire and forget: the job only makes expiry timely, and `scheduleExpiry` never rejects.
    // Scheduled on a replay too, because the first call may have failed before this step.
    if (reservation.status === 'PENDING') {
      void scheduler.scheduleExpiry(reservation, { repeated: replayed });
    }
    const [seen = reservation] = await endDue([reservation]);
    return { reservation: seen, replayed };
  };

  return (request, scope) => {
    const { customerId } = request;
    const reservationId = reservationIdFor(request);
    if (deps.withinOpenHolds === undefined) return make(reservationId, request, scope);
    return deps.withinOpenHolds({ reservationId, customerId }, (open) =>
      make(reservationId, request, scope, open),
    );
  };
};
