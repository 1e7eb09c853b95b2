import type { DomainError } from '@flashreserve/rpc';
import { refusal } from './reservation-errors';

/** PENDING changes exactly once, to CONFIRMED, CANCELLED or EXPIRED. */
export type ReservationStatus = 'PENDING' | 'CONFIRMED' | 'CANCELLED' | 'EXPIRED';

/** Units of one product. */
export interface ReservationLine {
  readonly productId: string;
  readonly quantity: number;
}

/** What a customer asks for; stored and returned unchanged. */
export interface ReservationTerms {
  readonly customerId: string;
  /** Each product at most once. */
  readonly lines: readonly ReservationLine[];
}

/** A copy of the terms alone, for whatever passes them on. */
export const termsOf = ({ customerId, lines }: ReservationTerms) => ({
  customerId,
  lines: lines.map(({ productId, quantity }) => ({ productId, quantity })),
});

/** A customer's claim on units. */
export interface Reservation extends ReservationTerms {
  readonly reservationId: string;
  readonly status: ReservationStatus;
  readonly expiresAt: Date;
  readonly createdAt: Date;
  readonly confirmedAt?: Date;
  readonly cancelledAt?: Date;
  readonly expiredAt?: Date;
}

/** Merges lines of the same product; products keep the order of their first line. */
export const sumLines = (lines: readonly ReservationLine[]): ReservationLine[] => {
  const quantities = new Map<string, number>();
  for (const { productId, quantity } of lines) {
    quantities.set(productId, (quantities.get(productId) ?? 0) + quantity);
  }
  return [...quantities].map(([productId, quantity]) => ({ productId, quantity }));
};

/** Whether both have the same units, in any order. Both must be merged by `sumLines`. */
export const sameLines = (
  some: readonly ReservationLine[],
  others: readonly ReservationLine[],
): boolean => {
  const quantities = new Map(others.map(({ productId, quantity }) => [productId, quantity]));
  return (
    some.length === others.length &&
    some.every(({ productId, quantity }) => quantities.get(productId) === quantity)
  );
};

/** Whether a pending reservation can only expire, which is the case from `expiresAt` on. */
export const isDue = ({ expiresAt }: { readonly expiresAt: Date }, now: Date): boolean =>
  expiresAt <= now;

/**
 * Why the reservation can no longer be confirmed or cancelled; undefined while it can. A
 * reservation that is PENDING and due counts as expired, so that the result does not depend on when
 * the worker runs.
 */
export const refusalFor = (
  reservation: Pick<Reservation, 'status' | 'expiresAt'>,
  now: Date,
): DomainError | undefined => {
  switch (reservation.status) {
    case 'CONFIRMED':
      return refusal('RESERVATION_CONFIRMED');
    case 'CANCELLED':
      return refusal('RESERVATION_CANCELLED');
    case 'EXPIRED':
      return refusal('RESERVATION_EXPIRED');
    case 'PENDING':
      return isDue(reservation, now) ? refusal('RESERVATION_EXPIRED') : undefined;
  }
};

/**
 * Placeholder for a reservation that was never written, although catalog may hold units for it. It
 * is EXPIRED, has no owner, and makes a late insert with the same id fail.
 */
export const TOMBSTONE = Symbol('tombstone');
