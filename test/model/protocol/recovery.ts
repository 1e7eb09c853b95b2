import { createCheck, EXTENSION_MAX, type Invariant } from './invariants';
import { get, type State } from './layout';
import { createModel } from './model';
import type { Mutation } from './mutations';
import { holdTicks, type Scenario } from './scenario';
import { HOLD, RESERVATION } from './values';

const { fromCharCode } = String;

/** Longer than any sweep of this few ids. */
const STEPS_MAX = 1_000;

/** The violation after a crash of everything, and the steps that lead to it. */
export interface FailedRecovery {
  readonly invariant: Invariant;
  readonly recovery: readonly string[];
}

/**
 * Nothing leaks: crashes every process in a state, loses the whole queue, makes all holds due, and
 * runs one sweep without faults, with the steps of the worker, and one recovery of returns. Then
 * every hold must be settled like its reservation and have its returns, and no reservation may be
 * pending. So this covers every point at which a crash can happen, and no state has to be "at
 * rest".
 *
 * The outcome depends only on the content of the stores, so it is computed once per content.
 */
export const createRecoveryCheck = (scenario: Scenario, mutation: Mutation | undefined) => {
  const model = createModel(scenario, mutation);
  const { layout, successors } = model;
  const check = createCheck(model);
  const known = new Map<string, FailedRecovery | undefined>();
  const endOfTime =
    scenario.timeMax +
    holdTicks(scenario) +
    EXTENSION_MAX +
    2 * Math.abs(scenario.catalogJumps ?? 0);
  const state = new Uint8Array(layout.size);

  const loseEverything = (before: State): void => {
    state.fill(0);
    state.set(before.subarray(0, layout.storesEnd));
    state[layout.time] = endOfTime;
    for (const { job } of layout.ids) state[job] = 0;
  };

  const isSettled = (): boolean =>
    layout.ids.every(
      ({ hold, status, returnsPending }) =>
        get(state, hold) !== HOLD.HELD &&
        get(state, status) !== RESERVATION.PENDING &&
        get(state, returnsPending) === 0,
    );

  const sweep = (): FailedRecovery | undefined => {
    const recovery = ['everything: crashes; the queue is lost; all holds fall due'];
    for (let steps = 0; steps < STEPS_MAX; steps += 1) {
      const invariant = check(state);
      if (invariant !== undefined) return { invariant, recovery };
      successors.clear(state);
      model.expandRecovery(state);
      const choice = successors.firstWithoutFault();
      if (choice === undefined) break;
      recovery.push(successors.label(choice));
      state.set(successors.state(choice));
    }
    const invariant = 'after a crash of everything one sweep settles everything';
    return isSettled() ? undefined : { invariant, recovery };
  };

  return (before: State): FailedRecovery | undefined => {
    loseEverything(before);
    const key = fromCharCode(...state.subarray(0, layout.storesEnd));
    if (!known.has(key)) known.set(key, sweep());
    return known.get(key);
  };
};
