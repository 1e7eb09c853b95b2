import type { Context } from './context';
import { get, type IdFields, type State } from './layout';
import { FAULT, HOLD, RESERVATION } from './values';

/**
 * Reservation's atomic steps on its store, as in reservation.repository.ts. Each function changes
 * one document, because a command for many documents is atomic only for each of them.
 */
export interface ReservationStore {
  /** `insert`. */
  readonly insert: (state: State, id: IdFields, expires: number) => 'inserted' | 'exists';
  /**
   * The update in `resolve`: on condition that the reservation is PENDING and, by `now`, not due.
   */
  readonly resolve: (
    state: State,
    id: IdFields,
    to: 'CONFIRMED' | 'CANCELLED',
    now: number,
  ) => void;
  /** `expireDue`; returns whether it changed the document. */
  readonly expireDue: (state: State, id: IdFields, now: number) => boolean;
  /** `insertTombstones`. */
  readonly insertTombstone: (state: State, id: IdFields) => void;
  /** `deleteEnded` in retention.repository.ts. The key may then be used for another purchase. */
  readonly delete: (state: State, id: IdFields) => void;
}

export const createReservationStore = ({ layout, mutation }: Context): ReservationStore => {
  const blame = (state: State, fault: number): void => {
    state[layout.faults] = get(state, layout.faults) | fault;
  };
  const end = (state: State, id: IdFields, status: number): void => {
    state[id.status] = status;
    state[id.resolutions] = get(state, id.resolutions) + 1;
  };

  return {
    insert: (state, id, expires) => {
      const isTaken = get(state, id.status) !== RESERVATION.NONE;
      if (isTaken && mutation !== 'insert overwrites') return 'exists';
      state[id.status] = RESERVATION.PENDING;
      state[id.expires] = expires;
      return 'inserted';
    },

    resolve: (state, id, to, now) => {
      const status = get(state, id.status);
      if (status === RESERVATION.NONE || status === RESERVATION.TOMBSTONE) return;
      if (status !== RESERVATION.PENDING && mutation !== 'resolve whatever the status is') return;
      const isDue = get(state, id.expires) <= now;
      if (isDue && mutation !== 'confirm although due') return;
      if (isDue) blame(state, FAULT.LATE_CONFIRMATION);
      end(state, id, RESERVATION[to]);
      state[id.resolvedAt] = now + 1;
    },

    expireDue: (state, id, now) => {
      const status = get(state, id.status);
      if (status === RESERVATION.NONE || status >= RESERVATION.EXPIRED) return false;
      if (status !== RESERVATION.PENDING && mutation !== 'expire whatever the status is') {
        return false;
      }
      const isDue = get(state, id.expires) <= now;
      if (!isDue && mutation !== 'expire although not due') return false;
      if (!isDue) blame(state, FAULT.EARLY_EXPIRY);
      end(state, id, RESERVATION.EXPIRED);
      return true;
    },

    insertTombstone: (state, id) => {
      if (get(state, id.status) !== RESERVATION.NONE) return;
      end(state, id, RESERVATION.TOMBSTONE);
    },

    delete: (state, id) => {
      const { status, expires, resolvedAt, resolutions, sales } = id;
      const { toldReserved, toldConfirmed, toldExpired } = id;
      const hold = get(state, id.hold);
      const isSold = hold === HOLD.SOLD || hold === HOLD.FOLDED;
      // An acknowledged confirmation without a sale is not forgotten.
      const told = isSold
        ? [toldReserved, toldConfirmed, toldExpired]
        : [toldReserved, toldExpired];
      for (const field of [status, expires, resolvedAt, resolutions, sales, ...told]) {
        state[field] = 0;
      }
    },
  };
};
