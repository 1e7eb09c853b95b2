import type { CatalogStore } from './catalog';
import type { Successors } from './context';
import { type Field, get, type IdFields, type State } from './layout';
import { HOLD } from './values';

/** RPC names of the two ways to settle a hold. */
const METHOD = { SOLD: 'commitStock', RELEASED: 'restoreStock' } as const;

/**
 * The position of a settlement: which steps of its caller stand for "before the read" and "before
 * the write".
 */
export interface Settlement {
  readonly process: string;
  readonly id: IdFields;
  readonly into: 'SOLD' | 'RELEASED';
  readonly step: Field;
  readonly readStep: number;
  readonly writeStep: number;
  /** Advances the caller with catalog's response. */
  readonly goOn: (next: State) => void;
}

/**
 * RestoreStock or CommitStock in catalog (settle-holds.ts, stock-writer.ts): plans from a read,
 * then writes one transaction on condition that the hold is still HELD, and plans again after a
 * conflict. A hold that is settled or does not exist is left unchanged.
 */
export const createSettleHold =
  (deps: { readonly catalog: CatalogStore; readonly successors: Successors }) =>
  (state: State, settlement: Settlement): void => {
    const { process, id, into, step, readStep, writeStep, goOn } = settlement;
    if (get(state, step) === readStep) {
      const next = deps.successors.next(process, `${METHOD[into]}: read`);
      if (get(next, id.hold) === HOLD.HELD) next[step] = writeStep;
      else goOn(next);
    } else if (get(state, step) === writeStep) {
      const next = deps.successors.next(process, `${METHOD[into]}: write`);
      if (deps.catalog.writeSettle(next, id, into) === 'written') goOn(next);
      else next[step] = readStep;
    }
  };
