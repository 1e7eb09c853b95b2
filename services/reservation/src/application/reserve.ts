import type { Clock } from '@flashreserve/ops';
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
import { createEndDue } from './end-due';
import { mayHaveTaken } from './may-have-taken';
import type { OpenHold, WithinOpenHolds } from './open-holds-limit';
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
 * How long a call that failed may be repeated with the same key. Then a job asks what became of it, and units that are
 * held for no reservation go back on sale.
 */
const GIVE_UP_AFTER_MS = 5_000;

/** Does nothing but tell of a failure before it is passed on. */
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
 * Holds the units, then writes the reservation, then schedules its expiry. In this order a sold-out answer
 * costs no write here, and a crash between two steps leaves at most a hold that the sweep gives back. Nothing
 * is undone on an error: its outcome may be unknown, and a repeat with the same id goes on where this one ended. When
 * nobody repeats it within five seconds, its units go back on sale; a later repeat is told RESERVATION_EXPIRED. Without
 * a queue they go back when the hold's time is over.
 *
 * @throws DomainError RESERVATION_EXPIRED, IDEMPOTENCY_KEY_REUSED, OPEN_HOLDS_LIMITED, CATALOG_UNAVAILABLE and catalog's refusals
 */
export const createReserve = (deps: {
  readonly reservations: Pick<ReservationRepository, 'find' | 'findOwned' | 'expireDue'>;
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
  const endDue = createEndDue(deps);

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

  /**
   * There may be a hold without a reservation. Only ExpireReservations can tell, because it leaves a tombstone before the
   * units are released; so the job for the expiry comes early, and is put back if there is a reservation after all.
   */
  const giveUp = (id: string, open: OpenHold | undefined): void => {
    const expiresAt = new Date(clock.now().getTime() + GIVE_UP_AFTER_MS);
    void scheduler.scheduleExpiry({ id, expiresAt }, { repeated: false });
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
    id: string,
    request: ReserveRequest,
    scope: RequestScope,
    open?: OpenHold,
  ): Promise<ReserveResult> => {
    const { customerId, lines } = request;
    const hold = await onFailureOf(takeHold(id, request, scope), (error) => {
      if (mayHaveTaken(error)) giveUp(id, open);
    });

    const claim: Reservation = {
      id,
      customerId,
      status: 'PENDING',
      lines,
      // A repeat gets the first hold, so it must also keep the first hold's times.
      expiresAt: hold.expiresAt,
      createdAt: hold.createdAt,
    };
    const written = await onFailureOf(writeReservation(claim, hold, scope), () => {
      giveUp(id, open);
    });
    const reservation =
      written === 'inserted' ? claim : await findFirst(claim, hold, written, scope);

    const replayed = written !== 'inserted';
    // Nobody waits for it: the job only makes the expiry timely, and it never rejects.
    // Also on a replay, because the first call may have ended before this step.
    if (reservation.status === 'PENDING') {
      void scheduler.scheduleExpiry(reservation, { repeated: replayed });
    }
    const [seen = reservation] = await endDue([reservation]);
    return { reservation: seen, replayed };
  };

  return (request, scope) => {
    const { customerId } = request;
    const id = reservationIdFor(request);
    if (deps.withinOpenHolds === undefined) return make(id, request, scope);
    return deps.withinOpenHolds({ reservationId: id, customerId }, (open) =>
      make(id, request, scope, open),
    );
  };
};
