import { at } from './context';
import { get, type IdFields, type State } from './layout';
import type { Model } from './model';
import { madeReturns, unitsLeft } from './reservations';
import type { Scenario } from './scenario';
import { FAULT, HOLD, isSale, RESERVATION, signed } from './values';

/** The invariants of every state. */
export type Invariant =
  | 'no counter is negative'
  | 'available + held + sold + written off = stocked'
  | 'counters are the sums of the holds'
  | 'units of a hold come back once'
  | 'a reservation is resolved once'
  | 'a reservation is sold once'
  | 'a reservation and its revival are sold once'
  | 'a hold ends only as its reservation did'
  | 'a reservation keeps the times of its hold'
  | 'an acknowledged reservation exists'
  | 'an acknowledged confirmation is a sale'
  | 'what was called expired stays so'
  | 'no confirmation of what is due'
  | 'no expiry of what is not due'
  | 'no reservation of a hold that is due'
  | 'no refusal of a key that has a hold'
  | 'no extension of what is due'
  | 'no extension beyond the maximum'
  | 'only what was confirmed is returned'
  | 'no more is returned than was confirmed'
  | 'RETURNED means that nothing is left'
  | 'a hold has the returns of its reservation'
  | 'a return that catalog lacks is marked'
  | 'an acknowledged return exists'
  | 'no reservation is deleted before its returns are settled'
  | 'one reservation for each key'
  | 'after a crash of everything one sweep settles everything';

/** Returns the invariant that a state violates. */
export type Check = (state: State) => Invariant | undefined;

const FAULTS: readonly (readonly [number, Invariant])[] = [
  [FAULT.LATE_CONFIRMATION, 'no confirmation of what is due'],
  [FAULT.EARLY_EXPIRY, 'no expiry of what is not due'],
  [FAULT.RESERVATION_OF_DUE_HOLD, 'no reservation of a hold that is due'],
  [FAULT.REFUSAL_OF_HELD_KEY, 'no refusal of a key that has a hold'],
  [FAULT.EXTENSION_OF_DUE, 'no extension of what is due'],
  [FAULT.LOST_RETURN, 'no reservation is deleted before its returns are settled'],
];

/**
 * The allowed states of a hold for each state of its reservation, in the order of RESERVATION.
 * Without a reservation a released hold is still harmless; a reservation created after it is not.
 */
const HOLDS_BY_STATUS: readonly (readonly number[])[] = [
  [HOLD.NONE, HOLD.HELD, HOLD.RELEASED],
  [HOLD.HELD],
  [HOLD.HELD, HOLD.SOLD],
  [HOLD.HELD, HOLD.SOLD],
  [HOLD.HELD, HOLD.RELEASED],
  [HOLD.HELD, HOLD.RELEASED],
  [HOLD.NONE, HOLD.HELD, HOLD.RELEASED],
];

/** What retention adds: a hold may outlive its reservation, and a released hold goes first. */
const OLD_HOLDS_BY_STATUS: readonly (readonly number[])[] = [
  [HOLD.SOLD, HOLD.FOLDED],
  [],
  // Without its hold a confirmed reservation does no harm yet; a second sale does.
  [HOLD.NONE, HOLD.FOLDED],
  [HOLD.NONE, HOLD.FOLDED],
  [HOLD.NONE],
  [HOLD.NONE],
  // A job for a reservation that is gone leaves a tombstone, and its settlement changes nothing.
  [HOLD.SOLD, HOLD.FOLDED],
];

const ALL_HOLDS_BY_STATUS = HOLDS_BY_STATUS.map((holds, status) => [
  ...holds,
  ...at(OLD_HOLDS_BY_STATUS, status),
]);

/** The most ticks by which extensions postpone an expiry. */
export const EXTENSION_MAX = 1;

const checkTimes = (state: State, id: IdFields, { customers }: Scenario): Invariant | undefined => {
  const expires = get(state, id.expires);
  const first = get(state, id.holdExpires);
  const extended = at(customers, id.customer).extended === true;
  if (extended && expires > first) {
    return expires > first + EXTENSION_MAX ? 'no extension beyond the maximum' : undefined;
  }
  return expires === first ? undefined : 'a reservation keeps the times of its hold';
};

const checkId = (state: State, id: IdFields, scenario: Scenario): Invariant | undefined => {
  const retention = scenario.retention === true;
  const hold = get(state, id.hold);
  const status = get(state, id.status);
  const isReservation = status !== RESERVATION.NONE && status !== RESERVATION.TOMBSTONE;
  if (get(state, id.releases) > 1) return 'units of a hold come back once';
  if (get(state, id.resolutions) > 1) return 'a reservation is resolved once';
  if (get(state, id.sales) > 1) return 'a reservation is sold once';
  if (!at(retention ? ALL_HOLDS_BY_STATUS : HOLDS_BY_STATUS, status).includes(hold)) {
    return 'a hold ends only as its reservation did';
  }
  // A retry after the released hold was deleted takes another hold, which is released.
  const keepsTimes = !retention || status === RESERVATION.PENDING;
  const wrongTimes = isReservation && keepsTimes ? checkTimes(state, id, scenario) : undefined;
  if (wrongTimes !== undefined) return wrongTimes;
  if (get(state, id.toldReserved) === 1 && !isReservation) {
    return 'an acknowledged reservation exists';
  }
  if (get(state, id.toldConfirmed) === 1 && !isSale(status)) {
    return 'an acknowledged confirmation is a sale';
  }
  const isUsed = isSale(status) || status === RESERVATION.CANCELLED;
  if (get(state, id.toldExpired) === 1 && isUsed) return 'what was called expired stays so';
  return undefined;
};

/** The hold may outlive its reservation; then it keeps its returns, and nothing is compared. */
const checkReturns = (state: State, id: IdFields, scenario: Scenario): Invariant | undefined => {
  const status = get(state, id.status);
  if (status === RESERVATION.NONE || status === RESERVATION.TOMBSTONE) return undefined;
  if (madeReturns(state, id) !== 0 && !isSale(status)) {
    return 'only what was confirmed is returned';
  }
  const left = unitsLeft(state, id, at(scenario.customers, id.customer).lines);
  if (left.some((units) => units < 0)) return 'no more is returned than was confirmed';
  if ((status === RESERVATION.RETURNED) !== left.every((units) => units === 0)) {
    return 'RETURNED means that nothing is left';
  }
  for (const { units, inHold, told } of id.returns) {
    const made = units.map((field) => get(state, field));
    const held = inHold.map((field) => get(state, field));
    const isHeld = held.some((count) => count > 0);
    if (isHeld && held.some((count, product) => count !== made[product])) {
      return 'a hold has the returns of its reservation';
    }
    const isMade = made.some((count) => count > 0);
    if (isMade && !isHeld && get(state, id.returnsPending) === 0) {
      return 'a return that catalog lacks is marked';
    }
    if (get(state, told) === 1 && !isMade) return 'an acknowledged return exists';
  }
  return undefined;
};

/** The invariants that depend on a single state. */
export const createCheck = ({ layout, scenario }: Model): Check => {
  /** The initial stock and all adjustments, which are of the first product. */
  const stocked = (state: State, product: number): number => {
    let units = at(scenario.stock, product);
    if (product > 0) return units;
    for (const { delta, recorded } of layout.adjustments) units += delta * get(state, recorded);
    return units;
  };

  const checkProduct = (state: State, product: number): Invariant | undefined => {
    const fields = at(layout.products, product);
    const available = signed(get(state, fields.available));
    const held = signed(get(state, fields.held));
    const sold = signed(get(state, fields.sold));
    const writtenOff = get(state, fields.writtenOff);
    if (available < 0 || held < 0 || sold < 0) return 'no counter is negative';
    if (available + held + sold + writtenOff !== stocked(state, product)) {
      return 'available + held + sold + written off = stocked';
    }
    let heldByHolds = 0;
    let soldByHolds = get(state, fields.ledger) - get(state, fields.ledgerReturned);
    for (const id of layout.ids) {
      const units = at(at(scenario.customers, id.customer).lines, product);
      if (get(state, id.hold) === HOLD.HELD) heldByHolds += units;
      if (get(state, id.hold) === HOLD.SOLD) soldByHolds += units;
    }
    const isSum =
      held === heldByHolds &&
      sold === soldByHolds &&
      writtenOff === get(state, fields.ledgerWrittenOff);
    if (!isSum) return 'counters are the sums of the holds';
    return undefined;
  };

  const checkKeys = (state: State): Invariant | undefined => {
    const taken = new Set<number>();
    for (const { customer, hold, isRevival } of layout.ids) {
      if (isRevival || get(state, hold) === HOLD.NONE) continue;
      if (taken.has(customer)) return 'one reservation for each key';
      taken.add(customer);
    }
    return undefined;
  };

  /** The first id of a customer is the one that a revival replaces. */
  const checkRevivals = (state: State): Invariant | undefined => {
    for (const revival of layout.ids) {
      if (!revival.isRevival) continue;
      const first = layout.ids.find(({ customer }) => customer === revival.customer);
      const both = [revival, ...(first === undefined ? [] : [first])];
      const sold = both.filter(({ status }) => isSale(get(state, status)));
      if (sold.length > 1) return 'a reservation and its revival are sold once';
    }
    return undefined;
  };
  const hasRevivals = layout.ids.some(({ isRevival }) => isRevival);

  return (state) => {
    const faults = get(state, layout.faults);
    if (faults !== 0) return FAULTS.find(([fault]) => (faults & fault) !== 0)?.[1];
    for (let product = 0; product < layout.products.length; product += 1) {
      const broken = checkProduct(state, product);
      if (broken !== undefined) return broken;
    }
    for (const id of layout.ids) {
      const broken = checkId(state, id, scenario);
      if (broken !== undefined) return broken;
      if (id.returns.length === 0) continue;
      const returns = checkReturns(state, id, scenario);
      if (returns !== undefined) return returns;
    }
    const revived = hasRevivals ? checkRevivals(state) : undefined;
    if (revived !== undefined) return revived;
    return layout.ids.length > scenario.customers.length ? checkKeys(state) : undefined;
  };
};
