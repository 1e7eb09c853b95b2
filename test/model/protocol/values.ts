/** States of a hold in catalog; a field of a fresh state is 0, so "there is none" is 0. */
export const HOLD = { NONE: 0, HELD: 1, SOLD: 2, RELEASED: 3 } as const;

/** States of a document in reservation's collection. A tombstone is an EXPIRED document that belongs to nobody. */
export const RESERVATION = {
  NONE: 0,
  PENDING: 1,
  CONFIRMED: 2,
  CANCELLED: 3,
  EXPIRED: 4,
  TOMBSTONE: 5,
} as const;

/** Things that were seen to happen and never may, one bit each. */
export const FAULT = {
  LATE_CONFIRMATION: 1,
  EARLY_EXPIRY: 2,
  RESERVATION_OF_DUE_HOLD: 4,
  REFUSAL_OF_HELD_KEY: 8,
} as const;

/** A counter that may have gone below zero although a field is a byte. */
export const signed = (byte: number): number => (byte << 24) >> 24;
