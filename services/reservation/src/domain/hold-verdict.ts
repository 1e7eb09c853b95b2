import { isDue, type Reservation } from './reservation';

/** What a reservation's hold must become. */
export type HoldVerdict =
  | { readonly kind: 'RELEASE' }
  | { readonly kind: 'SELL' }
  | { readonly kind: 'NOT_DUE'; readonly remainingMs: number };

/** Asks again about a reservation that is due but was not expired, because it appeared between two steps. */
const RETRY_MS = 100;

/**
 * Decides by the reservation alone. RELEASE and SELL follow only from states that are never left again, so a
 * verdict stays true however late it is carried out.
 */
export const verdictFor = (
  reservation: Pick<Reservation, 'status' | 'expiresAt'>,
  now: Date,
): HoldVerdict => {
  switch (reservation.status) {
    case 'CONFIRMED':
      return { kind: 'SELL' };
    case 'CANCELLED':
    case 'EXPIRED':
      return { kind: 'RELEASE' };
    case 'PENDING':
      return {
        kind: 'NOT_DUE',
        remainingMs: isDue(reservation, now)
          ? RETRY_MS
          : reservation.expiresAt.getTime() - now.getTime(),
      };
  }
};

/** For a reservation that has just been expired. */
export const release: HoldVerdict = { kind: 'RELEASE' };

/** For an id about which the store gave no stable answer. */
export const askAgain: HoldVerdict = { kind: 'NOT_DUE', remainingMs: RETRY_MS };
