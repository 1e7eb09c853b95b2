import { createCheck, type Invariant } from '../protocol/invariants';
import type { State } from '../protocol/layout';
import { createModel, type Model } from '../protocol/model';
import type { Mutation } from '../protocol/mutations';
import { createRecoveryCheck, type FailedRecovery } from '../protocol/recovery';
import type { Scenario } from '../protocol/scenario';
import { createFrontier } from './frontier';
import { createNormalise } from './normalise';
import { createStateSet, type StateSet } from './state-set';

export interface Violation {
  readonly invariant: Invariant;
  /** The shortest sequence of steps that leads to it. */
  readonly trace: readonly string[];
}

export interface Exploration {
  /** Distinct states, including the first. */
  readonly states: number;
  /** Steps that were tried, including those into known states. */
  readonly transitions: number;
  /** Steps from the first state to the farthest one. */
  readonly depth: number;
  /** False if the bound was reached first. */
  readonly complete: boolean;
  /** Names of all steps taken. */
  readonly steps: ReadonlySet<string>;
  readonly violation: Violation | undefined;
}

/** The last added state violates an invariant. */
class BrokenInvariant extends Error {
  override readonly name = 'BrokenInvariant';
  readonly failure: FailedRecovery;

  constructor(failure: FailedRecovery) {
    super(failure.invariant);
    this.failure = failure;
  }
}

/** Follows the parents back, then finds each step by trying all steps of its parent. */
const traceTo = (
  index: number,
  deps: {
    readonly model: Model;
    readonly states: StateSet;
    readonly normalise: (state: State) => void;
  },
): string[] => {
  const { model, states, normalise } = deps;
  const { successors } = model;
  const path: number[] = [];
  for (let at = index; at !== 0; at = states.parentOf(at)) path.unshift(at);
  const state = Uint8Array.from(model.initial);
  return path.map((wanted) => {
    successors.clear(state);
    model.expand(state);
    for (let choice = 0; choice < successors.count(); choice += 1) {
      const next = successors.state(choice);
      normalise(next);
      if (!states.isAt(wanted, next)) continue;
      state.set(next);
      return successors.label(choice);
    }
    throw new Error('A step of the trace cannot be found again.');
  });
};

/**
 * Visits every state of a scenario, breadth first, until there are `statesMax` of them, and checks
 * all invariants in each. Stops at the first violation, whose trace is a shortest one.
 */
export const explore = (
  scenario: Scenario,
  options: { readonly statesMax: number; readonly mutation?: Mutation | undefined },
): Exploration => {
  const { statesMax, mutation } = options;
  const model = createModel(scenario, mutation);
  const { successors, layout } = model;
  const normalise = createNormalise(layout);
  const check = createCheck(model);
  const checkRecovery = createRecoveryCheck(scenario, mutation);
  const states = createStateSet(layout.size);
  let current = createFrontier(layout.size);
  let following = createFrontier(layout.size);
  let transitions = 0;
  let depth = 0;
  const steps = new Set<string>();

  /** @throws BrokenInvariant if the state is new and violates one */
  const visit = (state: State, parent: number): void => {
    if (!states.add(state, parent)) return;
    const invariant = check(state);
    if (invariant !== undefined) throw new BrokenInvariant({ invariant, recovery: [] });
    const failed = checkRecovery(state);
    if (failed !== undefined) throw new BrokenInvariant(failed);
    following.push(state);
  };

  const expandLevel = (firstIndex: number): boolean => {
    for (let place = 0; place < current.size(); place += 1) {
      if (states.size() >= statesMax) return false;
      const state = current.state(place);
      successors.clear(state);
      model.expand(state);
      const count = successors.count();
      transitions += count;
      for (let choice = 0; choice < count; choice += 1) {
        const next = successors.state(choice);
        normalise(next);
        steps.add(successors.step(choice));
        visit(next, firstIndex + place);
      }
    }
    return true;
  };

  const report = (rest: Pick<Exploration, 'complete' | 'violation'>): Exploration => ({
    states: states.size(),
    transitions,
    depth,
    steps,
    ...rest,
  });

  try {
    visit(model.initial, 0);
    for (let levelStart = 0; following.size() > 0; ) {
      [current, following] = [following, current];
      following.clear();
      if (!expandLevel(levelStart)) return report({ complete: false, violation: undefined });
      levelStart += current.size();
      if (following.size() > 0) depth += 1;
    }
    return report({ complete: true, violation: undefined });
  } catch (error) {
    if (!(error instanceof BrokenInvariant)) throw error;
    const { invariant, recovery } = error.failure;
    const trace = traceTo(states.size() - 1, { model, states, normalise });
    depth = trace.length;
    return report({ complete: false, violation: { invariant, trace: [...trace, ...recovery] } });
  }
};
