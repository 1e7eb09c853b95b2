/**
 * States of a hold in catalog; fields of a new state are 0, so 0 means that there is none. FOLDED
 * is a SOLD hold whose units are in the ledger (`foldedAt` in hold.model.ts).
 */
export const HOLD = { NONE: 0, HELD: 1, SOLD: 2, RELEASED: 3, FOLDED: 4 } as const;

/**
 * States of a document in reservation's collection. A tombstone is an EXPIRED document without an
 * owner.
 */
export const RESERVATION = {
  NONE: 0,
  PENDING: 1,
  CONFIRMED: 2,
  CANCELLED: 3,
  EXPIRED: 4,
  TOMBSTONE: 5,
} as const;

/** Events that must never happen, one bit each. */
export const FAULT = {
  LATE_CONFIRMATION: 1,
  EARLY_EXPIRY: 2,
  RESERVATION_OF_DUE_HOLD: 4,
  REFUSAL_OF_HELD_KEY: 8,
  EXTENSION_OF_DUE: 16,
} as const;

/** A counter that may be negative, although a field is a byte. */
export const signed = (byte: number): number => (byte << 24) >> 24;
