import type { Layout, State } from './layout';
import type { Mutation } from './mutations';
import type { Scenario } from './scenario';

/** Collects the possible next steps of a state. */
export interface Successors {
  /**
   * Adds a step and returns a copy of its start state, which the caller changes. `fault` marks
   * steps that only happen when something fails.
   */
  readonly next: (process: string, step: string, fault?: boolean) => State;
}

/** What every step of the model needs. */
export interface Context {
  readonly scenario: Scenario;
  readonly layout: Layout;
  readonly mutation: Mutation | undefined;
  readonly successors: Successors;
}

/** Adds all possible next steps of one process in a state. */
export type Process = (state: State) => void;

/** Reads an element that is known to exist. */
export const at = <Item>(items: readonly Item[], index: number): Item => {
  const item = items[index];
  if (item === undefined) throw new RangeError(`There is no element ${index}.`);
  return item;
};
