import { CALL_STEP, type CallMemory } from './call-memory';
import type { CatalogStore } from './catalog';
import type { Context, Process } from './context';
import { type CallFields, get, type State } from './layout';
import { FAULT, HOLD } from './values';

/** The steps of DecrementStock, in their usual order. */
export interface TakeHold {
  readonly takeHold: Process;
  readonly findAvailable: Process;
  readonly findHolds: Process;
  readonly writeTake: Process;
  /** Only for the mutation that takes a cart in two transactions. */
  readonly writeSecondLine: Process;
}

/**
 * DecrementStock in catalog (application/decrement-stock.ts, stock-writer.ts;
 * domain/stock-batch.ts).
 */
export const createTakeHold = (
  { layout, mutation, successors }: Context,
  call: CallFields,
  deps: {
    readonly process: string;
    readonly memory: CallMemory;
    readonly catalog: CatalogStore;
  },
): TakeHold => {
  const { process, memory, catalog } = deps;
  const { goTo, end, idOf, wants } = memory;
  const productsFirst = mutation !== 'holds read before products';

  /** Catalog's response: the current hold, whichever call created it. */
  const seeHold = (next: State): void => {
    next[call.seen] = get(next, idOf(next).hold);
    next[call.seenExpires] = get(next, idOf(next).holdExpires);
    if (mutation === 'repeat moves the expiry') next[call.seenExpires] = wants(next);
    goTo(next, CALL_STEP.CHECK_HOLD);
  };

  /**
   * `take` in stock-batch.ts, for a hold that the read did not find: OUT_OF_STOCK, or to be
   * written.
   */
  const plan = (next: State, enough: boolean): void => {
    if (!enough) {
      if (get(next, idOf(next).hold) === HOLD.HELD) {
        next[layout.faults] = get(next, layout.faults) | FAULT.REFUSAL_OF_HELD_KEY;
      }
      end(next);
    } else {
      next[call.seen] = 0;
      goTo(next, CALL_STEP.WRITE_TAKE);
    }
  };

  return {
    /**
     * `tryGuess` in stock-writer.ts may write immediately, based on cached stock; otherwise the
     * store is read.
     */
    takeHold: () => {
      goTo(successors.next(process, 'takeHold: read'), CALL_STEP.FIND_AVAILABLE);
      goTo(successors.next(process, 'takeHold: tryGuess'), CALL_STEP.WRITE_TAKE);
    },

    /** `read` in stock.repository.ts: first the products ... */
    findAvailable: () => {
      const next = successors.next(process, 'takeHold: findAvailable');
      const enough = catalog.hasEnough(next, idOf(next));
      next[call.seen] = enough ? 1 : 0;
      if (productsFirst) goTo(next, CALL_STEP.FIND_HOLDS);
      else plan(next, enough);
    },

    /** ... and only then the holds. */
    findHolds: (state) => {
      const next = successors.next(process, 'takeHold: findHolds');
      const exists = get(next, idOf(next).hold) !== HOLD.NONE;
      if (exists && mutation !== 'decrement not idempotent by id') seeHold(next);
      else if (productsFirst) plan(next, get(state, call.seen) === 1);
      else goTo(next, CALL_STEP.FIND_AVAILABLE);
    },

    writeTake: () => {
      const next = successors.next(process, 'takeHold: write');
      if (mutation === 'cart taken in two transactions') {
        const written = catalog.writeFirstLine(next, idOf(next)) === 'written';
        goTo(next, written ? CALL_STEP.WRITE_SECOND_LINE : CALL_STEP.FIND_AVAILABLE);
      } else if (catalog.writeTake(next, idOf(next), wants(next)) === 'written') seeHold(next);
      else goTo(next, productsFirst ? CALL_STEP.FIND_AVAILABLE : CALL_STEP.FIND_HOLDS);
    },

    writeSecondLine: () => {
      const next = successors.next(process, 'takeHold: write the second line');
      if (catalog.writeTake(next, idOf(next), wants(next)) === 'written') seeHold(next);
      else goTo(next, CALL_STEP.FIND_AVAILABLE);
    },
  };
};
