import { lowest } from './batch-memory';
import { createCatalogStore } from './catalog';
import type { Context, Process } from './context';
import { get, type IdFields, type SettlingFields, type State } from './layout';
import { createReservationStore, madeReturns } from './reservations';
import { createReturnStock } from './return-stock';
import { createSettleHold } from './settle-hold';

/** The steps of a process that tells catalog of returns; its own steps are lower. */
export const SETTLING_STEP = {
  COMMIT_READ: 4,
  COMMIT_WRITE: 5,
  RETURN_READ: 6,
  RETURN_WRITE: 7,
  CLEAR: 8,
} as const;

/**
 * Settles the returns of one reservation as they were read (reservation:
 * application/settle-returns.ts): CommitStock, as the settlement of the confirmation may be late,
 * then ReturnStock for each return, and then it clears the mark.
 */
export const createSettleReturns = (
  context: Context,
  caller: SettlingFields,
  deps: { readonly process: string; readonly id: IdFields; readonly end: (next: State) => void },
): { readonly begin: (next: State) => void; readonly steps: readonly Process[] } => {
  const { successors } = context;
  const { process, id, end } = deps;
  const catalog = createCatalogStore(context);
  const reservations = createReservationStore(context);
  const settleHold = createSettleHold({ catalog, successors });
  const returnStock = createReturnStock(context, catalog);

  const goTo = (next: State, step: number): void => {
    next[caller.step] = step;
  };
  const goToReturns = (next: State): void => {
    const isDone = get(next, caller.todo) === 0;
    goTo(next, isDone ? SETTLING_STEP.CLEAR : SETTLING_STEP.RETURN_READ);
  };
  const takeNext = (next: State): void => {
    const todo = get(next, caller.todo);
    next[caller.todo] = todo & (todo - 1);
    goToReturns(next);
  };
  const fails = (step: string): void => {
    end(successors.next(process, step, true));
  };

  const commit: Process = (state) => {
    settleHold(state, {
      process,
      id,
      into: 'SOLD',
      step: caller.step,
      readStep: SETTLING_STEP.COMMIT_READ,
      writeStep: SETTLING_STEP.COMMIT_WRITE,
      goOn: goToReturns,
    });
    fails('settlement of returns fails');
  };

  const giveBack: Process = (state) => {
    returnStock(state, {
      process,
      id,
      key: lowest(get(state, caller.todo)),
      caller,
      readStep: SETTLING_STEP.RETURN_READ,
      writeStep: SETTLING_STEP.RETURN_WRITE,
      goOn: takeNext,
      refuse: end,
    });
    fails('settlement of returns fails');
  };

  /** `clearReturnsPending` in reservation.repository.ts. */
  const clear: Process = (state) => {
    const next = successors.next(process, 'clear the mark of returns');
    reservations.clearReturnsPending(next, id, get(state, caller.known));
    end(next);
  };

  return {
    begin: (next) => {
      next[caller.known] = madeReturns(next, id);
      next[caller.todo] = madeReturns(next, id);
      goTo(next, SETTLING_STEP.COMMIT_READ);
    },
    steps: [commit, commit, giveBack, giveBack, clear],
  };
};
