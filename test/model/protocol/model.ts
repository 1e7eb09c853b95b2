import { createAdjustStock } from './adjust-stock';
import { at, type Context } from './context';
import { createExtendReservation } from './extend-reservation';
import { createLayout, get, type Layout, type State } from './layout';
import type { Mutation } from './mutations';
import { createRecoverReturns } from './recover-returns';
import { createReserve } from './reserve';
import { createResolveReservation } from './resolve-reservation';
import { createRetention } from './retention';
import { createReturnReservation } from './return-reservation';
import type { Scenario } from './scenario';
import { createSuccessorList, type SuccessorList } from './successor-list';
import { createWorker } from './worker';

/** The protocol in one scenario: its initial state, and the next steps. */
export interface Model {
  readonly scenario: Scenario;
  readonly layout: Layout;
  readonly initial: State;
  /** Receives the steps added by the functions below. */
  readonly successors: SuccessorList;
  /** Adds all next steps of the state that the list was cleared for. */
  readonly expand: (state: State) => void;
  /** Adds only the next steps of the first worker, and of the recovery of returns after it. */
  readonly expandRecovery: (state: State) => void;
}

export const createModel = (scenario: Scenario, mutation: Mutation | undefined): Model => {
  const layout = createLayout(scenario, mutation);
  const successors = createSuccessorList(layout.size);
  const context: Context = { scenario, layout, mutation, successors };
  const placeAmongOwn = (index: number): number =>
    index - layout.calls.findIndex(({ customer }) => customer === layout.calls[index]?.customer);
  const workers = layout.workers.map((fields, index) => createWorker(context, fields, index));
  const recoveries = layout.recoveries.map((fields) => createRecoverReturns(context, fields));
  const processes = [
    ...layout.calls.map((fields, index) => createReserve(context, fields, placeAmongOwn(index))),
    ...layout.resolves.map((fields) => createResolveReservation(context, fields)),
    ...layout.extensions.map((fields) => createExtendReservation(context, fields)),
    ...layout.returnCalls.map((fields) => createReturnReservation(context, fields)),
    ...recoveries,
    ...workers,
    ...layout.adjusts.map((fields, index) => createAdjustStock(context, fields, index)),
    ...(scenario.retention ? [createRetention(context)] : []),
  ];
  const initial = new Uint8Array(layout.size);
  layout.products.forEach(({ available }, product) => {
    initial[available] = at(scenario.stock, product);
  });
  return {
    scenario,
    layout,
    initial,
    successors,
    expand: (state) => {
      const time = get(state, layout.time);
      if (time < scenario.timeMax) {
        successors.next('time', 'a tick passes')[layout.time] = time + 1;
      }
      if (scenario.catalogJumps !== undefined) {
        const jumped = get(state, layout.jumped) === 1;
        const step = jumped ? 'is right again' : 'jumps';
        successors.next("catalog's clock", step, true)[layout.jumped] = jumped ? 0 : 1;
      }
      for (const process of processes) process(state);
    },
    expandRecovery: (state) => {
      at(workers, 0)(state);
      if (successors.count() > 0) return;
      for (const recover of recoveries) recover(state);
    },
  };
};
