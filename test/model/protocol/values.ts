/**
 * States of a hold in catalog; fields of a new state are 0, so 0 means that there is none. FOLDED
 * is a SOLD hold whose units are in the ledger (`foldedAt` in hold.model.ts).
 */
export const HOLD = { NONE: 0, HELD: 1, SOLD: 2, RELEASED: 3, FOLDED: 4 } as const;

export const isSoldHold = (hold: number): boolean => hold === HOLD.SOLD || hold === HOLD.FOLDED;

/**
 * States of a document in reservation's collection. A tombstone is an EXPIRED document without an
 * owner.
 */
export const RESERVATION = {
  NONE: 0,
  PENDING: 1,
  CONFIRMED: 2,
  RETURNED: 3,
  CANCELLED: 4,
  EXPIRED: 5,
  TOMBSTONE: 6,
} as const;

/** Whether a reservation in this state was sold. */
export const isSale = (status: number): boolean =>
  status === RESERVATION.CONFIRMED || status === RESERVATION.RETURNED;

/** Events that must never happen, one bit each. */
export const FAULT = {
  LATE_CONFIRMATION: 1,
  EARLY_EXPIRY: 2,
  RESERVATION_OF_DUE_HOLD: 4,
  REFUSAL_OF_HELD_KEY: 8,
  EXTENSION_OF_DUE: 16,
  LOST_RETURN: 32,
} as const;

/** A counter that may be negative, although a field is a byte. */
export const signed = (byte: number): number => (byte << 24) >> 24;
