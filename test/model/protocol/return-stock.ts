import { type CatalogStore, heldReturns } from './catalog';
import { at, type Context } from './context';
import { get, type IdFields, type SettlingFields, type State } from './layout';
import { isSoldHold } from './values';

/**
 * The position of a ReturnStock call: which steps of its caller stand for "before the read" and
 * "before the write".
 */
export interface StockReturn {
  readonly process: string;
  readonly id: IdFields;
  /** Place of the return among those of the reservation. */
  readonly key: number;
  readonly caller: SettlingFields;
  readonly readStep: number;
  readonly writeStep: number;
  /** Advances the caller with catalog's response. */
  readonly goOn: (next: State) => void;
  /** Catalog refuses: the hold is not sold. */
  readonly refuse: (next: State) => void;
}

/**
 * ReturnStock in catalog (return-stock.ts, stock-writer.ts): plans from a read, then writes one
 * transaction on condition that the hold has the returns that were read, and plans again after a
 * conflict. A return that the hold has changes nothing.
 */
export const createReturnStock =
  ({ mutation, successors }: Context, catalog: CatalogStore) =>
  (state: State, { process, id, key, caller, ...call }: StockReturn): void => {
    const { units, inHold } = at(id.returns, key);
    if (get(state, caller.step) === call.readStep) {
      const next = successors.next(process, 'returnStock: read');
      const isHeld = inHold.some((field) => get(next, field) > 0);
      const isSold =
        isSoldHold(get(next, id.hold)) || mutation === 'units of an unsold hold come back';
      if (isHeld && mutation !== 'units come back for each call') call.goOn(next);
      else if (!isSold) call.refuse(next);
      else {
        next[caller.seen] = heldReturns(next, id);
        next[caller.step] = call.writeStep;
      }
    } else if (get(state, caller.step) === call.writeStep) {
      const next = successors.next(process, 'returnStock: write');
      const seen = get(state, caller.seen);
      const given = { key, units: units.map((field) => get(state, field)), seen };
      next[caller.seen] = 0;
      if (catalog.writeReturn(next, id, given) === 'written') call.goOn(next);
      else next[caller.step] = call.readStep;
    }
  };
