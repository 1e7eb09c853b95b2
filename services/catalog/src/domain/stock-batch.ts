import { STOCK_LIMITS } from '@flashreserve/contracts';
import { type DomainError, deadlineExceeded } from '@flashreserve/rpc';
import {
  holdExpired,
  holdNotSold,
  idempotencyKeyReused,
  outOfStock,
  productNotFound,
  returnExceedsUnits,
  returnIdReused,
  returnsLimited,
} from './catalog-errors';
import { type Hold, type HoldRequest, isRepeatOf, overdueAtOf, type SettledState } from './hold';
import { isSameReturn, type ReturnRequest, returnableUnits } from './hold-return';
import type { PriceSnapshot, StockLevels } from './product';
import {
  noChanges,
  type StockChanges,
  type StockMovement,
  type StockReturns,
  sortByProduct,
} from './stock-changes';
import type { HeldLine, StockLine } from './stock-line';

/** A request to take units, to settle a hold, or to take back units of a sold one. */
export type StockRequest =
  | { readonly kind: 'take'; readonly hold: HoldRequest; readonly deadline: Date }
  | {
      readonly kind: 'settle';
      readonly reservationId: string;
      readonly into: SettledState;
      readonly deadline: Date;
    }
  | { readonly kind: 'return'; readonly request: ReturnRequest; readonly deadline: Date };

/** The hold that a request refers to, after the request. */
export interface HoldOutcome {
  /** The hold right after this request; undefined if it does not exist. */
  readonly hold: Hold | undefined;
  /** Whether this request created, settled or returned units of it. */
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

/** Moves the units of all lines from one counter to another. */
const move = (
  book: Book,
  { lines }: { readonly lines: readonly StockLine[] },
  { from, to }: { readonly from: keyof StockLevels; readonly to: keyof StockLevels },
): void => {
  for (const { productId, quantity } of lines) {
    const available = book.available.get(productId);
    // A hold outlives its product only if the product was deleted by hand; its other lines still
    // count.
    if (available === undefined) continue;
    const movement = book.movements.get(productId) ?? {
      productId,
      available: 0,
      held: 0,
      sold: 0,
      writtenOff: 0,
    };
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

const giveBack = (book: Book, request: ReturnRequest, now: Date): StockOutcome => {
  const { reservationId, ...content } = request;
  const { returnId, lines, writeOff } = content;
  const hold = book.holds.get(reservationId);
  if (hold?.state !== 'SOLD') return refused(holdNotSold(reservationId, hold?.state));
  const { returns = [] } = hold;
  const earlier = returns.find((one) => one.returnId === returnId);
  if (earlier !== undefined) {
    return isSameReturn(earlier, content) ? done(hold, false) : refused(returnIdReused(returnId));
  }
  if (returns.length >= STOCK_LIMITS.returnsMax) return refused(returnsLimited());
  for (const { productId, quantity } of lines) {
    const units = returnableUnits(hold, productId);
    if (quantity > units) return refused(returnExceedsUnits(productId, units));
  }
  const after: Hold = { ...hold, returns: [...returns, { ...content, createdAt: now }] };
  book.holds.set(reservationId, after);
  move(book, { lines }, { from: 'sold', to: writeOff ? 'writtenOff' : 'available' });
  return done(after, true);
};

const decide = (book: Book, request: StockRequest, now: Date): StockOutcome => {
  switch (request.kind) {
    case 'take':
      return take(book, request.hold, now);
    case 'settle':
      return settle(book, request.reservationId, request.into, now);
    case 'return':
      return giveBack(book, request.request, now);
  }
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

/** Returns are written after the hold. No batch that a caller waits for has both. */
const withoutReturns = (hold: Hold): Hold => {
  if (hold.returns === undefined) return hold;
  const { returns: _returns, ...made } = hold;
  return made;
};

/** The returns that a batch adds to a hold. */
const returnsOf = (hold: Hold, stored: Hold | undefined): readonly StockReturns[] => {
  const before = stored?.returns?.length ?? 0;
  const returns = (hold.returns ?? []).slice(before);
  return returns.length === 0 ? [] : [{ reservationId: hold.reservationId, before, returns }];
};

const changesOf = (book: Book, snapshot: StockSnapshot, time: Date): StockChanges => {
  const touched = [...book.holds.values()].filter(
    (hold) => snapshot.holds.get(hold.reservationId) !== hold,
  );
  const isNew = (hold: Hold): boolean => !snapshot.holds.has(hold.reservationId);
  const made = touched.filter(isNew).map(withoutReturns);
  return {
    ...noChanges(time),
    movements: sortByProduct(
      [...book.movements.values()].filter(
        ({ available, held, sold, writtenOff }) =>
          available !== 0 || held !== 0 || sold !== 0 || writtenOff !== 0,
      ),
    ),
    made,
    prices: copiedPrices(made),
    settled: touched.filter((hold) => {
      const stored = snapshot.holds.get(hold.reservationId);
      return stored !== undefined && stored.state !== hold.state;
    }),
    returned: touched.flatMap((hold) => returnsOf(hold, snapshot.holds.get(hold.reservationId))),
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
  const outcomes = requests.map((request) =>
    request.deadline <= now ? refused(deadlineExceeded()) : decide(book, request, now),
  );
  return {
    outcomes,
    changes: changesOf(book, snapshot, now),
    available: book.available,
    prices: book.prices,
  };
};
