import type { Layout, State } from './layout';
import type { Mutation } from './mutations';
import type { Scenario } from './scenario';

/** Takes down what can happen next in a state. */
export interface Successors {
  /**
   * Adds a step and returns a copy of the state that the step starts from; the caller changes the copy. `fault` marks
   * what only happens when something breaks.
   */
  readonly next: (process: string, step: string, fault?: boolean) => State;
}

/** What every step of the model needs to know. */
export interface Context {
  readonly scenario: Scenario;
  readonly layout: Layout;
  readonly mutation: Mutation | undefined;
  readonly successors: Successors;
}

/** Adds everything that one process can do next in a state. */
export type Process = (state: State) => void;

/** Reads an element that is known to exist. */
export const at = <Item>(items: readonly Item[], index: number): Item => {
  const item = items[index];
  if (item === undefined) throw new RangeError(`There is no element ${index}.`);
  return item;
};
