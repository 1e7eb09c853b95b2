import { at, type Context } from './context';
import { get, type IdFields, type State } from './layout';
import { FAULT, isSoldHold, RESERVATION } from './values';

/**
 * Reservation's atomic steps on its store, as in reservation.repository.ts and resolve-pending.ts.
 * Each function changes one document, because a command for many documents is atomic only for each
 * of them.
 */
export interface ReservationStore {
  /** `insert`. */
  readonly insert: (state: State, id: IdFields, expires: number) => 'inserted' | 'exists';
  /** `insert` of a reservation that is CONFIRMED from the start. */
  readonly insertRevived: (
    state: State,
    id: IdFields,
    expires: number,
    now: number,
  ) => 'inserted' | 'exists';
  /**
   * The update in `resolve`: on condition that the reservation is PENDING and, by `now`, not due;
   * for a customer, that its payment grace has not begun.
   */
  readonly resolve: (
    state: State,
    id: IdFields,
    call: {
      readonly to: 'CONFIRMED' | 'CANCELLED';
      readonly by: 'customer' | 'backend';
      readonly now: number;
    },
  ) => void;
  /**
   * The update in `extend`: on condition that the reservation is PENDING, by `now` not due, and
   * expires when it was read to. Returns whether it changed the document.
   */
  readonly extend: (
    state: State,
    id: IdFields,
    given: { readonly now: number; readonly from: number; readonly to: number },
  ) => boolean;
  /**
   * The update in `addReturn`: on condition that the reservation is CONFIRMED and has as many
   * returns as were read. Returns whether it changed the document.
   */
  readonly addReturn: (
    state: State,
    id: IdFields,
    given: { readonly key: number; readonly units: readonly number[]; readonly seen: number },
  ) => boolean;
  /** `clearReturnsPending`: on condition that there are as many returns as were settled. */
  readonly clearReturnsPending: (state: State, id: IdFields, known: number) => void;
  /** `expireDue`; returns whether it changed the document. */
  readonly expireDue: (state: State, id: IdFields, now: number) => boolean;
  /** `insertTombstones`. */
  readonly insertTombstone: (state: State, id: IdFields) => void;
  /** `deleteEnded` in retention.repository.ts. The key may then be used for another purchase. */
  readonly delete: (state: State, id: IdFields) => void;
}

/** The returns of a reservation, one bit each. */
export const madeReturns = (state: State, { returns }: IdFields): number =>
  returns.reduce(
    (made, { units }, key) =>
      units.some((field) => get(state, field) > 0) ? made | (1 << key) : made,
    0,
  );

/** The units of each product that were not returned yet. */
export const unitsLeft = (
  state: State,
  { returns }: IdFields,
  lines: readonly number[],
): number[] =>
  lines.map((line, product) =>
    returns.reduce((left, { units }) => left - get(state, at(units, product)), line),
  );

export const createReservationStore = ({
  scenario,
  layout,
  mutation,
}: Context): ReservationStore => {
  const blame = (state: State, fault: number): void => {
    state[layout.faults] = get(state, layout.faults) | fault;
  };
  const { grace = 0 } = scenario;
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

    insertRevived: (state, id, expires, now) => {
      const status = get(state, id.status);
      const overwrites =
        status === RESERVATION.TOMBSTONE && mutation === 'revival overwrites the tombstone';
      if (status !== RESERVATION.NONE && !overwrites) return 'exists';
      state[id.expires] = expires;
      end(state, id, RESERVATION.CONFIRMED);
      state[id.resolvedAt] = now + 1;
      return 'inserted';
    },

    resolve: (state, id, { to, by, now }) => {
      const status = get(state, id.status);
      if (status === RESERVATION.NONE || status === RESERVATION.TOMBSTONE) return;
      if (status !== RESERVATION.PENDING && mutation !== 'resolve whatever the status is') return;
      const isDue = get(state, id.expires) <= now;
      const isLate = isDue || (by === 'customer' && get(state, id.expires) - grace <= now);
      if (isDue && mutation !== 'confirm although due') return;
      if (isLate && !isDue && mutation !== 'customer confirms in the grace') return;
      if (isLate) blame(state, FAULT.LATE_CONFIRMATION);
      end(state, id, RESERVATION[to]);
      state[id.resolvedAt] = now + 1;
    },

    extend: (state, id, { now, from, to }) => {
      const overwrites = mutation === 'extension overwrites the status';
      if (get(state, id.status) !== RESERVATION.PENDING && !overwrites) return false;
      const isDue = from <= now;
      if (isDue && mutation !== 'extend although due') return false;
      if (get(state, id.expires) !== from) return false;
      if (isDue) blame(state, FAULT.EXTENSION_OF_DUE);
      if (overwrites) state[id.status] = RESERVATION.PENDING;
      if (mutation !== 'extension moves only the hold') state[id.expires] = to;
      return true;
    },

    addReturn: (state, id, { key, units, seen }) => {
      const isConfirmed =
        get(state, id.status) === RESERVATION.CONFIRMED ||
        mutation === 'return whatever the status is';
      const isAsRead =
        madeReturns(state, id) === seen || mutation === 'return without its condition';
      if (!isConfirmed || !isAsRead) return false;
      units.forEach((count, product) => {
        const field = at(at(id.returns, key).units, product);
        state[field] = get(state, field) + count;
      });
      if (mutation !== 'return without its mark') state[id.returnsPending] = 1;
      const { lines } = at(scenario.customers, id.customer);
      const isEmpty = unitsLeft(state, id, lines).every((left) => left <= 0);
      if (isEmpty) state[id.status] = RESERVATION.RETURNED;
      return true;
    },

    clearReturnsPending: (state, id, known) => {
      const isAsSettled =
        madeReturns(state, id) === known || mutation === 'mark cleared whatever was added';
      if (isAsSettled) state[id.returnsPending] = 0;
    },

    expireDue: (state, id, now) => {
      const status = get(state, id.status);
      if (status === RESERVATION.NONE || status >= RESERVATION.EXPIRED) return false;
      if (status !== RESERVATION.PENDING && mutation !== 'expire whatever the status is') {
        return false;
      }
      const until = get(state, id.expires);
      const given =
        mutation === 'expiry by the time of the hold'
          ? get(state, id.holdExpires)
          : until - (mutation === 'units go back before the grace ends' ? grace : 0);
      if (given > now && mutation !== 'expire although not due') return false;
      if (until > now || now < get(state, id.toldUntil)) blame(state, FAULT.EARLY_EXPIRY);
      end(state, id, RESERVATION.EXPIRED);
      return true;
    },

    insertTombstone: (state, id) => {
      if (get(state, id.status) !== RESERVATION.NONE) return;
      end(state, id, RESERVATION.TOMBSTONE);
    },

    delete: (state, id) => {
      const { status, expires, resolvedAt, resolutions, sales } = id;
      const { toldReserved, toldConfirmed, toldExpired, toldUntil } = id;
      const isSold = isSoldHold(get(state, id.hold));
      for (const { units, inHold, told } of id.returns) {
        units.forEach((field, product) => {
          const isLost = get(state, field) > get(state, at(inHold, product));
          if (isLost) blame(state, FAULT.LOST_RETURN);
          state[field] = 0;
        });
        state[told] = 0;
      }
      state[id.returnsPending] = 0;
      // An acknowledged confirmation without a sale is not forgotten.
      const told = isSold
        ? [toldReserved, toldConfirmed, toldExpired, toldUntil]
        : [toldReserved, toldExpired, toldUntil];
      for (const field of [status, expires, resolvedAt, resolutions, sales, ...told]) {
        state[field] = 0;
      }
    },
  };
};
