import type { StoredHold, StoredReservation } from './documents';

/** The documents of one repair: a hold, a reservation, or both. */
export interface Case {
  readonly id: string;
  readonly hold: StoredHold | undefined;
  readonly reservation: StoredReservation | undefined;
}

export const must = <Value>(value: Value | undefined): Value => {
  if (value === undefined) throw new TypeError('A repair was chosen for a missing document.');
  return value;
};
