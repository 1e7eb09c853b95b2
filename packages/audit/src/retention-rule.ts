import type { HoldDocument, ReservationDocument } from './documents';

/** The stack's RETENTION_DAYS and IDEMPOTENCY_DAYS. */
export interface RetentionDays {
  readonly retentionDays: number;
  readonly idempotencyDays: number;
}

export const DEFAULT_RETENTION: RetentionDays = { retentionDays: 400, idempotencyDays: 7 };

/** Which documents may be alone because retention has deleted the other one. */
export interface RetentionRule {
  readonly mayLackReservation: (
    hold: Pick<HoldDocument, 'state' | 'createdAt' | 'settledAt'>,
  ) => boolean;
  readonly mayLackHold: (
    reservation: Pick<ReservationDocument, 'status' | 'tombstone' | 'createdAt'>,
  ) => boolean;
}

const DAY_MS = 86_400_000;
/** Catalog keeps sold holds longer than reservation keeps their reservations. */
const SOLD_HOLD_EXTRA_DAYS = 7;
/** For the difference between this clock and the services'. */
const TOLERANCE_MS = 3_600_000;

export const createRetentionRule = (
  { retentionDays, idempotencyDays }: RetentionDays,
  now = Date.now(),
): RetentionRule => {
  const isOlder = (time: Date | undefined, days: number): boolean =>
    time !== undefined && time.getTime() < now - days * DAY_MS + TOLERANCE_MS;
  return {
    mayLackReservation: ({ state, createdAt, settledAt }) =>
      (state === 'RELEASED' && isOlder(settledAt, idempotencyDays)) ||
      (state === 'SOLD' && isOlder(createdAt, retentionDays)),
    mayLackHold: ({ status, tombstone, createdAt }) => {
      // A tombstone's hold may never have been created.
      if (tombstone === true) return true;
      if (status === 'PENDING') return false;
      const isSold = status === 'CONFIRMED' || status === 'RETURNED';
      const days = isSold ? retentionDays + SOLD_HOLD_EXTRA_DAYS : idempotencyDays;
      return isOlder(createdAt, days);
    },
  };
};
