import { type DomainError, deadlineExceeded } from '@flashreserve/rpc';
import { holdExpired, idempotencyKeyReused, outOfStock, productNotFound } from './catalog-errors';
import { type Hold, type HoldRequest, isRepeatOf, overdueAtOf, type SettledState } from './hold';
import type { PriceSnapshot, StockLevels } from './product';
import { noChanges, type StockChanges, type StockMovement, sortByProduct } from './stock-changes';
import type { HeldLine, StockLine } from './stock-line';

/** A request to take units or to settle a hold. */
export type StockRequest =
  | { readonly kind: 'take'; readonly hold: HoldRequest; readonly deadline: Date }
  | {
      readonly kind: 'settle';
      readonly reservationId: string;
      readonly into: SettledState;
      readonly deadline: Date;
    };

/** The hold that a request refers to, after the request. */
export interface HoldOutcome {
  /** The hold right after this request; undefined if it does not exist. */
  readonly hold: Hold | undefined;
  /** Whether this request created or settled it. */
  readonly changed: boolean;
}

export type StockOutcome =
  | { readonly ok: true; readonly value: HoldOutcome }
  | { readonly ok: false; readonly error: DomainError };

/** The stored holds and products that a batch refers to. */
export interface StockSnapshot {
  /** By reservation id. */
  readonly holds: ReadonlyMap<string, Hold>;
  /** Available units by product id. A missing entry means that the product does not exist. */
  readonly available: ReadonlyMap<string, number>;
  /** What each of these products is sold as. */
  readonly prices: ReadonlyMap<string, PriceSnapshot>;
}

export interface StockPlan {
  /** One per request, in order. Valid once the changes are written. */
  readonly outcomes: readonly StockOutcome[];
  readonly changes: StockChanges;
  /** Available units by product id after the changes. */
  readonly available: ReadonlyMap<string, number>;
  /** What each of these products is sold as after the changes. */
  readonly prices: ReadonlyMap<string, PriceSnapshot>;
}

/** Working copy of the snapshot; the requests of a batch are applied to it one by one. */
interface Book {
  readonly holds: Map<string, Hold>;
  readonly available: Map<string, number>;
  readonly prices: ReadonlyMap<string, PriceSnapshot>;
  readonly movements: Map<string, Writable<StockMovement>>;
}

type Writable<Type> = { -readonly [Key in keyof Type]: Type[Key] };

const done = (hold: Hold | undefined, changed: boolean): StockOutcome => ({
  ok: true,
  value: { hold, changed },
});

const refused = (error: DomainError): StockOutcome => ({ ok: false, error });

/** Moves the units of all lines from "available" or "held" to another counter. */
const move = (
  book: Book,
  { lines }: Hold,
  { from, to }: { readonly from: keyof StockLevels; readonly to: keyof StockLevels },
): void => {
  for (const { productId, quantity } of lines) {
    const available = book.available.get(productId);
    // A hold outlives its product only if the product was deleted by hand; its other lines still
    // count.
    if (available === undefined) continue;
    const movement = book.movements.get(productId) ?? { productId, available: 0, held: 0, sold: 0 };
    const before = movement.available;
    movement[from] -= quantity;
    movement[to] += quantity;
    book.movements.set(productId, movement);
    book.available.set(productId, available + movement.available - before);
  }
};

/**
 * The lines with what their products are sold as. Products and snapshots are shared, not copied.
 */
const pricedLines = (book: Book, lines: readonly StockLine[]): readonly HeldLine[] =>
  lines.map((line) => {
    const snapshot = book.prices.get(line.productId);
    if (snapshot === undefined) return line;
    return { productId: line.productId, quantity: line.quantity, snapshot };
  });

const take = (book: Book, request: HoldRequest, now: Date): StockOutcome => {
  const { reservationId, lines } = request;
  const existing = book.holds.get(reservationId);
  if (existing !== undefined) {
    return isRepeatOf(existing, request)
      ? done(existing, false)
      : refused(idempotencyKeyReused(reservationId));
  }
  const overdueAt = overdueAtOf(request, now);
  if (overdueAt <= now) return refused(holdExpired(reservationId));
  for (const { productId } of lines) {
    if (!book.available.has(productId)) return refused(productNotFound(productId));
  }
  for (const { productId, quantity } of lines) {
    if ((book.available.get(productId) ?? 0) < quantity) {
      return refused(outOfStock(productId, quantity));
    }
  }
  const hold: Hold = {
    state: 'HELD',
    overdueAt,
    createdAt: now,
    ...request,
    lines: pricedLines(book, lines),
  };
  book.holds.set(reservationId, hold);
  move(book, hold, { from: 'available', to: 'held' });
  return done(hold, true);
};

const settle = (book: Book, reservationId: string, into: SettledState, now: Date): StockOutcome => {
  const existing = book.holds.get(reservationId);
  if (existing?.state !== 'HELD') return done(existing, false);
  const hold: Hold = { ...existing, state: into, settledAt: now };
  book.holds.set(reservationId, hold);
  move(book, hold, { from: 'held', to: into === 'SOLD' ? 'sold' : 'available' });
  return done(hold, true);
};

/** What the new holds copied, by product. */
const copiedPrices = (made: readonly Hold[]): ReadonlyMap<string, PriceSnapshot> => {
  const copied = new Map<string, PriceSnapshot>();
  for (const { lines } of made) {
    for (const { productId, snapshot } of lines) {
      if (snapshot !== undefined) copied.set(productId, snapshot);
    }
  }
  return copied;
};

const changesOf = (book: Book, snapshot: StockSnapshot, time: Date): StockChanges => {
  const touched = [...book.holds.values()].filter(
    (hold) => snapshot.holds.get(hold.reservationId) !== hold,
  );
  const isNew = (hold: Hold): boolean => !snapshot.holds.has(hold.reservationId);
  const made = touched.filter(isNew);
  return {
    ...noChanges(time),
    movements: sortByProduct(
      [...book.movements.values()].filter(
        ({ available, held, sold }) => available !== 0 || held !== 0 || sold !== 0,
      ),
    ),
    made,
    prices: copiedPrices(made),
    settled: touched.filter((hold) => !isNew(hold)),
  };
};

/**
 * Plans a batch: the outcome of each request, and what to write. Requests are applied in order, as
 * if executed one by one. Each take gets all its lines or none; a refused request changes nothing.
 *
 * A request whose deadline has passed is refused with DEADLINE_EXCEEDED, because its caller has
 * stopped waiting.
 */
export const planStockBatch = (
  requests: readonly StockRequest[],
  snapshot: StockSnapshot,
  now: Date,
): StockPlan => {
  const book: Book = {
    holds: new Map(snapshot.holds),
    available: new Map(snapshot.available),
    prices: snapshot.prices,
    movements: new Map(),
  };
  const outcomes = requests.map((request) => {
    if (request.deadline <= now) return refused(deadlineExceeded());
    return request.kind === 'take'
      ? take(book, request.hold, now)
      : settle(book, request.reservationId, request.into, now);
  });
  return {
    outcomes,
    changes: changesOf(book, snapshot, now),
    available: book.available,
    prices: book.prices,
  };
};
