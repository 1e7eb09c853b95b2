import { isDue, type Reservation } from './reservation';

/** What a reservation's hold must become. */
export type HoldVerdict =
  | { readonly kind: 'RELEASE' }
  | { readonly kind: 'SELL' }
  | { readonly kind: 'NOT_DUE'; readonly remainingMs: number };

/**
 * Delay before the next attempt for a reservation that is due but was not expired, because it
 * appeared between two steps.
 */
const RETRY_MS = 100;

/**
 * Derives the verdict from the reservation alone. RELEASE and SELL follow only from final states,
 * so they stay valid however late they are applied.
 */
export const verdictFor = (
  reservation: Pick<Reservation, 'status' | 'expiresAt'>,
  now: Date,
): HoldVerdict => {
  switch (reservation.status) {
    case 'CONFIRMED':
    case 'RETURNED':
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

/** Verdict for a reservation that was just expired. */
export const release: HoldVerdict = { kind: 'RELEASE' };

/** Verdict for an id on which the store gave contradictory results. */
export const askAgain: HoldVerdict = { kind: 'NOT_DUE', remainingMs: RETRY_MS };
