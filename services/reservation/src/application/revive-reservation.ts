import { type Clock, daysBefore } from '@flashreserve/ops';
import { isDue, type Reservation, termsOf } from '../domain/reservation';
import { refusal } from '../domain/reservation-errors';
import { revivalIdOf } from '../domain/reservation-id';
import { createEndDue } from './end-due';
import { createGiveUp, onFailureOf } from './give-up';
import { mayHaveTaken } from './may-have-taken';
import type {
  AddressedReservation,
  Catalog,
  ExpiryScheduler,
  Hold,
  RequestScope,
  ReservationRepository,
  Resolver,
} from './ports';
import { createReplayFirst } from './replay-first';
import type { ReservationWriter } from './reservation-writer';
import type { ReserveResult } from './reserve';
import type { SettleHold } from './settle-hold';
import type { SettleLater } from './settle-later';

export type ReviveReservation = (
  addressed: AddressedReservation,
  by: Resolver,
  scope: RequestScope,
) => Promise<ReserveResult>;

const REFUSALS = {
  PENDING: 'RESERVATION_PENDING',
  CONFIRMED: 'RESERVATION_CONFIRMED',
  CANCELLED: 'RESERVATION_CANCELLED',
  RETURNED: 'RESERVATION_RETURNED',
} as const;

/**
 * For a payment that came too late: takes the units of an expired reservation again and makes a
 * CONFIRMED one of them, in the steps of a Reserve. EXPIRED is final, and the id of the new one
 * follows from the old one, so each reservation is sold at most once, however often this is called.
 *
 * A crash before the insert leaves a hold that the sweep releases, with a tombstone in place of the
 * new reservation. With `confirmBy` "backend" only a backend revives, as only it makes a sale.
 *
 * @throws DomainError BACKEND_CONFIRMS, RESERVATION_NOT_FOUND, RESERVATION_PENDING,
 *   RESERVATION_CONFIRMED, RESERVATION_CANCELLED, RESERVATION_RETURNED, RESERVATION_EXPIRED,
 *   CATALOG_UNAVAILABLE and catalog's refusals
 */
export const createReviveReservation = (deps: {
  readonly reservations: Pick<ReservationRepository, 'find' | 'findOwned' | 'expireDue'>;
  readonly writer: Pick<ReservationWriter, 'insert'>;
  readonly catalog: Pick<Catalog, 'takeHold'>;
  readonly scheduler: Pick<ExpiryScheduler, 'scheduleExpiry'>;
  readonly settleHold: SettleHold;
  readonly settleLater: SettleLater;
  readonly clock: Clock;
  readonly ttlSeconds: number;
  readonly retentionDays: number;
  readonly confirmBy: Resolver;
}): ReviveReservation => {
  const { reservations, writer, catalog, settleLater, clock } = deps;
  const endDue = createEndDue(deps);
  const giveUp = createGiveUp(deps);
  const replayFirst = createReplayFirst(deps);

  /** What is due for deletion is gone: its revival may be deleted before it is. */
  const findExpired = async (addressed: AddressedReservation): Promise<Reservation> => {
    const stored = await reservations.findOwned(addressed);
    const keptSince = daysBefore(clock.now(), deps.retentionDays);
    if (stored === undefined || stored.createdAt < keptSince) {
      throw refusal('RESERVATION_NOT_FOUND');
    }
    const [seen = stored] = await endDue([stored]);
    if (seen.status !== 'EXPIRED') throw refusal(REFUSALS[seen.status]);
    return seen;
  };

  const takeHold = (claim: Reservation, scope: RequestScope): Promise<Hold> => {
    const { reservationId, customerId } = claim;
    const lines = claim.lines.map(({ productId, quantity }) => ({ productId, quantity }));
    const holdMs = deps.ttlSeconds * 1_000;
    const expiresAt = new Date(clock.now().getTime() + holdMs);
    const request = { reservationId, customerId, lines, expiresAt, holdMs };
    return onFailureOf(catalog.takeHold(request, scope), (error) => {
      if (mayHaveTaken(error)) giveUp(reservationId);
    });
  };

  return async (addressed, by, scope) => {
    if (by === 'customer' && deps.confirmBy === 'backend') throw refusal('BACKEND_CONFIRMS');
    const expired = await findExpired(addressed);
    const now = clock.now();
    const wanted: Reservation = {
      reservationId: revivalIdOf(expired.reservationId),
      status: 'CONFIRMED',
      expiresAt: now,
      createdAt: now,
      confirmedAt: now,
      replaces: expired.reservationId,
      // At the price of the expired one, which was paid.
      ...termsOf(expired),
    };
    const hold = await takeHold(wanted, scope);
    const revived = { ...wanted, expiresAt: hold.expiresAt, createdAt: hold.createdAt };
    const isOpen = hold.state === 'HELD' && !isDue(hold, clock.now());
    const { reservationId, lines } = revived;
    const written = isOpen
      ? await onFailureOf(writer.insert(revived, scope.deadline), () => giveUp(reservationId))
      : 'too-late';
    if (written !== 'inserted') {
      return { reservation: await replayFirst(revived, hold, written, scope), replayed: true };
    }
    settleLater({ reservationId, lines, verdict: 'SELL' }, scope);
    return { reservation: revived, replayed: false };
  };
};
