import type { Clock } from '@flashreserve/ops';
import {
  isDue,
  pricedLines,
  type Reservation,
  type ReservationTerms,
  termsOf,
} from '../domain/reservation';
import { holdTooLong } from '../domain/reservation-errors';
import { reservationIdFor } from '../domain/reservation-id';
import { createEndDue } from './end-due';
import { createGiveUp, onFailureOf } from './give-up';
import { mayHaveTaken } from './may-have-taken';
import type { OpenHold, WithinOpenHolds } from './open-holds-limit';
import type { Catalog, ExpiryScheduler, Hold, RequestScope, ReservationRepository } from './ports';
import { createReplayFirst } from './replay-first';
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

interface HoldTimes {
  readonly ttlSeconds: number;
  /** Payment grace, in milliseconds; it is part of the hold. */
  readonly graceMs: number;
}

const holdMsOf = ({ holdSeconds }: ReserveRequest, { ttlSeconds, graceMs }: HoldTimes): number =>
  (holdSeconds ?? ttlSeconds) * 1_000 + graceMs;

/** Only a hold time that the request names tells that an earlier request named another. */
const isOfOtherTime = (hold: Hold, request: ReserveRequest, times: HoldTimes): boolean =>
  request.holdSeconds !== undefined &&
  hold.expiresAt.getTime() - hold.createdAt.getTime() !== holdMsOf(request, times);

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
export const createReserve = (
  deps: {
    readonly reservations: Pick<ReservationRepository, 'find' | 'findOwned' | 'expireDue'>;
    readonly writer: Pick<ReservationWriter, 'insert'>;
    readonly catalog: Pick<Catalog, 'takeHold'>;
    readonly scheduler: ExpiryScheduler;
    readonly settleHold: SettleHold;
    /** Undefined if open reservations are not limited. */
    readonly withinOpenHolds?: WithinOpenHolds | undefined;
    readonly clock: Clock;
    /** Longest hold time that a request can ask for. */
    readonly maxHoldSeconds: number;
  } & HoldTimes,
): Reserve => {
  const { writer, catalog, scheduler, clock } = deps;
  const { maxHoldSeconds, graceMs } = deps;
  const endDue = createEndDue(deps);
  const scheduleCheck = createGiveUp(deps);
  const replayFirst = createReplayFirst(deps);

  /** A hold that is settled or due must not get a reservation. */
  const writeReservation = async (
    claim: Reservation,
    hold: Hold,
    { deadline }: RequestScope,
  ): Promise<'inserted' | 'exists' | 'too-late'> =>
    hold.state === 'HELD' && !isDue(hold, clock.now())
      ? writer.insert(claim, deadline)
      : 'too-late';

  const giveUp = (reservationId: string, open: OpenHold | undefined): void => {
    scheduleCheck(reservationId);
    open?.mayStayHeld();
  };

  const takeHold = (
    reservationId: string,
    request: ReserveRequest,
    scope: RequestScope,
  ): Promise<Hold> => {
    const { customerId, lines } = request;
    const holdMs = holdMsOf(request, deps);
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
      lines: pricedLines(request.lines, hold.lines),
      ...(graceMs > 0 && { graceMs }),
    };
    const written = isOfOtherTime(hold, request, deps)
      ? ('other-time' as const)
      : await onFailureOf(writeReservation(claim, hold, scope), () => {
          giveUp(reservationId, open);
        });
    const reservation =
      written === 'inserted' ? claim : await replayFirst(claim, hold, written, scope);

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
    const { customerId, holdSeconds = 0 } = request;
    if (holdSeconds > maxHoldSeconds) return Promise.reject(holdTooLong(maxHoldSeconds));
    const reservationId = reservationIdFor(request);
    if (deps.withinOpenHolds === undefined) return make(reservationId, request, scope);
    return deps.withinOpenHolds({ reservationId, customerId }, (open) =>
      make(reservationId, request, scope, open),
    );
  };
};
