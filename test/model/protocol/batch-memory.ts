import { at, type Context } from './context';
import { type Field, get, type IdFields, type State, type WorkerFields } from './layout';

/** The next step of a worker's batch. */
export const BATCH_STEP = {
  IDLE: 0,
  EXPIRE_RESERVATIONS: 1,
  EXPIRE_DUE: 2,
  FIND_FATES: 3,
  INSERT_TOMBSTONES: 4,
  FIND_FATES_AGAIN: 5,
  RESTORE_READ: 6,
  RESTORE_WRITE: 7,
  COMMIT_READ: 8,
  COMMIT_WRITE: 9,
} as const;

// Copied from the global object once, because access to it is slow inside the test runner.
const { clz32 } = Math;

/** The index of the lowest set bit. */
export const lowest = (bits: number): number => 31 - clz32(bits & -bits);

export const isEmpty = (state: State, field: Field): boolean => get(state, field) === 0;

/**
 * What the processes of one batch remember: the worker's, and reservation's while it returns the
 * verdicts.
 */
export interface BatchMemory {
  readonly goTo: (next: State, step: number) => void;
  /** The batch has ended. */
  readonly end: (next: State) => void;
  readonly add: (next: State, field: Field, bits: number) => void;
  /** Takes the next id of a step that handles ids one by one. */
  readonly takeNext: (next: State, field: Field) => { readonly id: IdFields; readonly bit: number };
  /** Reservation has returned its verdicts: settle-batch.ts releases, then sells. */
  readonly goToSettlements: (next: State) => void;
}

export const createBatchMemory = ({ layout }: Context, worker: WorkerFields): BatchMemory => {
  const remembered = Object.values(worker);
  const goTo = (next: State, step: number): void => {
    next[worker.step] = step;
  };
  const end = (next: State): void => {
    for (const field of remembered) next[field] = 0;
  };
  return {
    goTo,
    end,
    add: (next, field, bits) => {
      next[field] = get(next, field) | bits;
    },
    takeNext: (next, field) => {
      const bits = get(next, field);
      const bit = bits & -bits;
      next[field] = bits & ~bit;
      return { id: at(layout.ids, lowest(bits)), bit };
    },
    goToSettlements: (next) => {
      if (!isEmpty(next, worker.release)) goTo(next, BATCH_STEP.RESTORE_READ);
      else if (!isEmpty(next, worker.sell)) goTo(next, BATCH_STEP.COMMIT_READ);
      else end(next);
    },
  };
};
