import type { DomainError } from '@flashreserve/rpc';
import {
  reservationCancelled,
  reservationConfirmed,
  reservationExpired,
} from './reservation-errors';

/** PENDING is left once, for one of the other three. */
export type ReservationStatus = 'PENDING' | 'CONFIRMED' | 'CANCELLED' | 'EXPIRED';

/** Units of one product. */
export interface ReservationLine {
  readonly productId: string;
  readonly quantity: number;
}

/** A customer's claim on units. */
export interface Reservation {
  readonly id: string;
  readonly customerId: string;
  readonly status: ReservationStatus;
  /** Each product at most once. */
  readonly lines: readonly ReservationLine[];
  readonly expiresAt: Date;
  readonly createdAt: Date;
  readonly confirmedAt?: Date;
  readonly cancelledAt?: Date;
  readonly expiredAt?: Date;
}

/** Adds up the lines of the same product; products keep the order in which they first came. */
export const sumLines = (lines: readonly ReservationLine[]): ReservationLine[] => {
  const quantities = new Map<string, number>();
  for (const { productId, quantity } of lines) {
    quantities.set(productId, (quantities.get(productId) ?? 0) + quantity);
  }
  return [...quantities].map(([productId, quantity]) => ({ productId, quantity }));
};

/** True when both claim the same units, in whatever order. Both must be summed. */
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

/** From this instant on a pending reservation can only expire. */
export const isDue = ({ expiresAt }: { readonly expiresAt: Date }, now: Date): boolean =>
  expiresAt <= now;

/**
 * Why the reservation cannot be confirmed or cancelled any more; undefined while it can. A pending one that is
 * due counts as expired already, so that the answer does not depend on whether the worker came by.
 */
export const refusalFor = (
  reservation: Pick<Reservation, 'status' | 'expiresAt'>,
  now: Date,
): DomainError | undefined => {
  switch (reservation.status) {
    case 'CONFIRMED':
      return reservationConfirmed();
    case 'CANCELLED':
      return reservationCancelled();
    case 'EXPIRED':
      return reservationExpired();
    case 'PENDING':
      return isDue(reservation, now) ? reservationExpired() : undefined;
  }
};

/**
 * What stands in for a reservation that was never written although catalog holds units for it. It is EXPIRED,
 * belongs to nobody, and makes a late insert with the same id fail.
 */
export const TOMBSTONE = Symbol('tombstone');
