import { type Reservation, sameTerms, TOMBSTONE } from '../domain/reservation';
import { refusal, storeUnsettled } from '../domain/reservation-errors';
import type { Hold, RequestScope, ReservationRepository } from './ports';
import type { SettleHold } from './settle-hold';

/**
 * Why a call wrote no reservation: there is one, or its hold has ended or is of another request.
 */
export type Unwritten = 'exists' | 'too-late' | 'other-time';

/** Returns what the first call with this id wrote. */
export type ReplayFirst = (
  claim: Reservation,
  hold: Hold,
  unwritten: Unwritten,
  scope: RequestScope,
) => Promise<Reservation>;

const hasEndedUnsold = ({ status }: Reservation): boolean =>
  status === 'CANCELLED' || status === 'EXPIRED';

/** @throws DomainError RESERVATION_EXPIRED, IDEMPOTENCY_KEY_REUSED, STORE_UNAVAILABLE */
export const createReplayFirst =
  (deps: {
    readonly reservations: Pick<ReservationRepository, 'find'>;
    readonly settleHold: SettleHold;
  }): ReplayFirst =>
  async (claim, hold, unwritten, scope) => {
    const stored = await deps.reservations.find(claim.reservationId);
    if (stored === undefined) {
      if (unwritten === 'exists') throw storeUnsettled();
      throw refusal(unwritten === 'too-late' ? 'RESERVATION_EXPIRED' : 'IDEMPOTENCY_KEY_REUSED');
    }
    // A tombstone came between hold and reservation, or this is a retry after catalog has deleted
    // the released hold, which took another.
    if (hold.state === 'HELD' && (stored === TOMBSTONE || hasEndedUnsold(stored))) {
      const { reservationId, lines } = claim;
      await deps.settleHold({ reservationId, lines, verdict: 'RELEASE' }, scope);
    }
    if (stored === TOMBSTONE) throw refusal('RESERVATION_EXPIRED');
    // Catalog already compares the hold with the request; this check also covers stores that
    // disagree.
    if (!sameTerms(stored, claim)) throw refusal('IDEMPOTENCY_KEY_REUSED');
    return stored;
  };
