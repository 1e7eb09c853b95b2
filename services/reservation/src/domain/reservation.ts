import { isSameMetadata, type Metadata } from '@flashreserve/contracts';
import type { DomainError } from '@flashreserve/rpc';
import type { PriceSnapshot } from './price-snapshot';
import { refusal } from './reservation-errors';

/**
 * PENDING changes exactly once, to CONFIRMED, CANCELLED or EXPIRED. CONFIRMED changes at most once,
 * to RETURNED.
 */
export type ReservationStatus = 'PENDING' | 'CONFIRMED' | 'CANCELLED' | 'EXPIRED' | 'RETURNED';

/** Units of one product. */
export interface ReservationLine {
  readonly productId: string;
  readonly quantity: number;
}

/** Units of one product, and what it was sold as. */
export interface PricedLine extends ReservationLine {
  /** Absent in reservations of versions that had no snapshots. */
  readonly snapshot?: PriceSnapshot;
}

/** What a customer asks for; stored and returned unchanged. */
export interface ReservationTerms {
  readonly customerId: string;
  /** Each product at most once. */
  readonly lines: readonly ReservationLine[];
  readonly metadata?: Metadata | undefined;
  /** The caller's own reference, for example an order number. Need not be unique. */
  readonly externalReference?: string | undefined;
  /** How long the units are held, in seconds, if not for the default time. */
  readonly holdSeconds?: number | undefined;
}

/** A copy of the terms alone, for whatever passes them on. */
export const termsOf = <Line extends ReservationLine>({
  customerId,
  lines,
  metadata,
  externalReference,
  holdSeconds,
}: ReservationTerms & { readonly lines: readonly Line[] }) => ({
  customerId,
  lines: [...lines],
  ...(metadata !== undefined && { metadata }),
  ...(externalReference !== undefined && { externalReference }),
  ...(holdSeconds !== undefined && { holdSeconds }),
});

/** Units that came back in one return. Never changes. */
export interface ReservationReturn {
  readonly returnId: string;
  /** Each product at most once. */
  readonly lines: readonly ReservationLine[];
  /** Whether the units were written off; otherwise they are on sale again. */
  readonly writeOff: boolean;
  readonly reason: string;
  /** The caller named no lines: these are all units that were left. */
  readonly isAll?: true;
  readonly createdAt: Date;
}

/** A customer's claim on units. */
export interface Reservation extends ReservationTerms {
  readonly lines: readonly PricedLine[];
  readonly reservationId: string;
  readonly status: ReservationStatus;
  /** When its units go back. Customers are shown `shownExpiry`. */
  readonly expiresAt: Date;
  readonly createdAt: Date;
  readonly confirmedAt?: Date;
  readonly cancelledAt?: Date;
  readonly expiredAt?: Date;
  /** When its last unit was returned. */
  readonly returnedAt?: Date;
  /** In the order in which they were made; absent if there are none. */
  readonly returns?: readonly ReservationReturn[];
  /** Catalog may not know of all returns. Absent otherwise: it is in an index of its own. */
  readonly returnsPending?: true;
  /** Request ids of the last extensions, so that a retry of one extends nothing. */
  readonly extensionIds?: readonly string[];
  /** Payment grace: the part before `expiresAt` in which only a backend can confirm it, in ms. */
  readonly graceMs?: number;
  /** Of a revived one: the expired reservation in whose place it is. */
  readonly replaces?: string;
}

/** Merges lines of the same product; products keep the order of their first line. */
export const sumLines = (lines: readonly ReservationLine[]): ReservationLine[] => {
  const quantities = new Map<string, number>();
  for (const { productId, quantity } of lines) {
    quantities.set(productId, (quantities.get(productId) ?? 0) + quantity);
  }
  return [...quantities].map(([productId, quantity]) => ({ productId, quantity }));
};

/** The requested lines, in their order, with the price snapshots of the lines that are held. */
export const pricedLines = (
  lines: readonly ReservationLine[],
  held: readonly PricedLine[],
): readonly PricedLine[] => {
  const byProduct = new Map(held.map((line) => [line.productId, line]));
  return lines.map((line) => {
    const snapshot = byProduct.get(line.productId)?.snapshot;
    if (snapshot === undefined) return line;
    return { productId: line.productId, quantity: line.quantity, snapshot };
  });
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

/** Whether a retry asks for what the reservation was made for. Lines in any order. */
export const sameTerms = (some: ReservationTerms, others: ReservationTerms): boolean =>
  some.customerId === others.customerId &&
  some.holdSeconds === others.holdSeconds &&
  some.externalReference === others.externalReference &&
  isSameMetadata(some.metadata, others.metadata) &&
  sameLines(some.lines, others.lines);

/** When it expires for its customer. */
export const shownExpiry = ({
  expiresAt,
  graceMs,
}: Pick<Reservation, 'expiresAt' | 'graceMs'>): Date =>
  graceMs === undefined ? expiresAt : new Date(expiresAt.getTime() - graceMs);

/** Whether a pending reservation is past its expiry for its customer only. */
export const isInGrace = (
  reservation: Pick<Reservation, 'expiresAt' | 'graceMs'>,
  now: Date,
): boolean => shownExpiry(reservation) <= now && now < reservation.expiresAt;

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
    case 'RETURNED':
      return refusal('RESERVATION_RETURNED');
    case 'PENDING':
      return isDue(reservation, now) ? refusal('RESERVATION_EXPIRED') : undefined;
  }
};

/**
 * Placeholder for a reservation that was never written, although catalog may hold units for it. It
 * is EXPIRED, has no owner, and makes a late insert with the same id fail.
 */
export const TOMBSTONE = Symbol('tombstone');
