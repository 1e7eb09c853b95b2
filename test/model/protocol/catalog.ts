import { at, type Context } from './context';
import { type AdjustmentFields, get, type IdFields, type State } from './layout';
import { holdTicks } from './scenario';
import { HOLD, isSoldHold, signed } from './values';

/** Catalog's atomic steps on its store. Each function is one read or one transaction. */
export interface CatalogStore {
  /** Catalog's clock. */
  readonly now: (state: State) => number;
  /** `findAvailable` in stock.repository.ts, with the check of `take` in stock-batch.ts. */
  readonly hasEnough: (state: State, id: IdFields) => boolean;
  /**
   * `moveUnits` and `makeHolds` in stock.repository.ts: one transaction, on condition of enough
   * units and no hold with this id. Changes the state, or leaves it unchanged if a condition is not
   * met.
   */
  readonly writeTake: (state: State, id: IdFields, expires: number) => 'written' | 'stale';
  /**
   * `moveUnits` and `settleHolds` in stock.repository.ts: one transaction, on condition that the
   * hold is HELD.
   */
  readonly writeSettle: (
    state: State,
    id: IdFields,
    into: 'SOLD' | 'RELEASED',
  ) => 'written' | 'stale';
  /**
   * `moveUnits`, `keepReturns` and the ledger in stock.repository.ts: one transaction, on condition
   * that the hold is SOLD, folded or not, and has as many returns as were read.
   */
  readonly writeReturn: (
    state: State,
    id: IdFields,
    given: { readonly key: number; readonly units: readonly number[]; readonly seen: number },
  ) => 'written' | 'stale';
  /** `postpone` in hold.repository.ts: on condition that the hold is HELD, and only forward. */
  readonly postpone: (state: State, id: IdFields, ticks: number) => void;
  /**
   * `foldSold` in retention.repository.ts: one transaction, on condition that the hold is unfolded.
   */
  readonly fold: (state: State, id: IdFields) => void;
  /** `deleteReleased` and `deleteFolded` in retention.repository.ts. */
  readonly deleteHold: (state: State, id: IdFields) => void;
  /** `adjustProduct` in stock-adjustment.ts: enough available units. */
  readonly hasUnits: (state: State, adjustment: AdjustmentFields) => boolean;
  /**
   * `moveUnits` and `keepAdjustments` in stock.repository.ts: one transaction, on condition of
   * enough units and no adjustment with this id.
   */
  readonly writeAdjustment: (state: State, adjustment: AdjustmentFields) => 'written' | 'stale';
  /** Only for the mutation that takes a cart in two transactions: the first product separately. */
  readonly writeFirstLine: (state: State, id: IdFields) => 'written' | 'stale';
}

/** How many returns a hold has. */
export const heldReturns = (state: State, { returns }: IdFields): number =>
  returns.filter(({ inHold }) => inHold.some((field) => get(state, field) > 0)).length;

export const createCatalogStore = ({ scenario, layout, mutation }: Context): CatalogStore => {
  const add = (state: State, field: number, units: number): void => {
    state[field] = get(state, field) + units;
  };
  const linesOf = ({ customer }: IdFields): readonly number[] =>
    at(scenario.customers, customer).lines;

  const { catalogJumps = 0 } = scenario;
  /** Has its own epoch, so that no time is negative. */
  const epoch = Math.max(0, -catalogJumps);
  const now = (state: State): number =>
    epoch + get(state, layout.time) + get(state, layout.jumped) * catalogJumps;

  const hasEnough = (state: State, id: IdFields): boolean =>
    linesOf(id).every(
      (units, product) => signed(get(state, at(layout.products, product).available)) >= units,
    );

  const take = (state: State, id: IdFields, from: number, until: number): void => {
    const lines = linesOf(id);
    for (let product = from; product < until; product += 1) {
      const fields = at(layout.products, product);
      add(state, fields.available, -at(lines, product));
      add(state, fields.held, at(lines, product));
    }
  };

  const hasUnits = (state: State, { delta }: AdjustmentFields): boolean =>
    signed(get(state, at(layout.products, 0).available)) + delta >= 0;

  const isSplit = mutation === 'cart taken in two transactions';

  return {
    now,
    hasEnough,

    writeTake: (state, id, expires) => {
      const isNew = get(state, id.hold) === HOLD.NONE;
      if (!isNew && mutation !== 'decrement not idempotent by id') return 'stale';
      if (!isSplit && !hasEnough(state, id) && mutation !== 'decrement without its condition') {
        return 'stale';
      }
      take(state, id, isSplit ? 1 : 0, layout.products.length);
      state[id.hold] = HOLD.HELD;
      state[id.holdExpires] = expires;
      // A duration is passed, so the clocks are not compared.
      state[id.holdDue] = now(state) + holdTicks(scenario);
      return 'written';
    },

    writeSettle: (state, id, into) => {
      const careless =
        mutation ===
        (into === 'SOLD' ? 'commit whatever the hold is' : 'restore whatever the hold is');
      if (get(state, id.hold) !== HOLD.HELD && !careless) return 'stale';
      linesOf(id).forEach((units, product) => {
        const fields = at(layout.products, product);
        add(state, fields.held, -units);
        add(state, into === 'SOLD' ? fields.sold : fields.available, units);
      });
      state[id.hold] = HOLD[into];
      add(state, into === 'RELEASED' ? id.releases : id.sales, 1);
      return 'written';
    },

    writeReturn: (state, id, { key, units, seen }) => {
      const { inHold, wanted } = at(id.returns, key);
      const isSold =
        isSoldHold(get(state, id.hold)) || mutation === 'units of an unsold hold come back';
      const isAsRead =
        heldReturns(state, id) === seen || mutation === 'units come back without their condition';
      if (!isSold || !isAsRead) return 'stale';
      const isWrittenOff = wanted.writeOff === true;
      units.forEach((count, product) => {
        const fields = at(layout.products, product);
        add(state, fields.sold, -count);
        add(state, at(inHold, product), count);
        if (!isWrittenOff) add(state, fields.available, count);
        else if (mutation !== 'written off without its counter') {
          add(state, fields.writtenOff, count);
        }
        if (mutation === 'units come back without their ledger row') return;
        add(state, fields.ledgerReturned, count);
        if (isWrittenOff) add(state, fields.ledgerWrittenOff, count);
      });
      return 'written';
    },

    postpone: (state, id, ticks) => {
      const due = now(state) + ticks;
      if (get(state, id.hold) !== HOLD.HELD || get(state, id.holdDue) >= due) return;
      state[id.holdDue] = due;
    },

    fold: (state, id) => {
      const isOpen = get(state, id.hold) === HOLD.SOLD;
      if (!isOpen && mutation !== 'hold folded twice') return;
      state[id.hold] = HOLD.FOLDED;
      if (mutation === 'folded without its ledger row') return;
      linesOf(id).forEach((units, product) => {
        add(state, at(layout.products, product).ledger, units);
      });
    },

    deleteHold: (state, id) => {
      for (const field of [id.hold, id.holdExpires, id.holdDue, id.releases]) state[field] = 0;
      for (const { inHold } of id.returns) for (const field of inHold) state[field] = 0;
    },

    hasUnits,

    writeAdjustment: (state, adjustment) => {
      const isNew = get(state, adjustment.recorded) === 0;
      if (!isNew && mutation !== 'adjustment not idempotent by id') return 'stale';
      if (!hasUnits(state, adjustment) && mutation !== 'adjustment without its condition') {
        return 'stale';
      }
      add(state, at(layout.products, 0).available, adjustment.delta);
      if (mutation !== 'adjustment recorded later') state[adjustment.recorded] = 1;
      return 'written';
    },

    writeFirstLine: (state, id) => {
      if (!hasEnough(state, id)) return 'stale';
      take(state, id, 0, 1);
      return 'written';
    },
  };
};
