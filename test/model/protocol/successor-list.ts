import type { Successors } from './context';
import type { State } from './layout';

/** More than any state has. */
const SUCCESSORS_MAX = 256;

/** The possible next steps of one state. Its memory is reused for the next state. */
export interface SuccessorList extends Successors {
  /** Clears the list for another state. */
  readonly clear: (from: State) => void;
  readonly count: () => number;
  readonly state: (index: number) => State;
  /** The action. */
  readonly step: (index: number) => string;
  /** The process. */
  readonly label: (index: number) => string;
  /** Index of the first step that is no fault; undefined if there is none. */
  readonly firstWithoutFault: () => number | undefined;
}

export const createSuccessorList = (stateSize: number): SuccessorList => {
  const states = Array.from({ length: SUCCESSORS_MAX }, () => new Uint8Array(stateSize));
  const processes: string[] = [];
  const steps: string[] = [];
  const faults: boolean[] = [];
  const source = new Uint8Array(stateSize);
  let count = 0;

  const stateAt = (index: number): State => {
    const state = states[index];
    if (state === undefined) throw new RangeError('A state has more successors than foreseen.');
    return state;
  };

  return {
    next: (process, step, fault = false) => {
      const state = stateAt(count);
      state.set(source);
      processes[count] = process;
      steps[count] = step;
      faults[count] = fault;
      count += 1;
      return state;
    },
    clear: (from) => {
      source.set(from);
      count = 0;
    },
    count: () => count,
    state: stateAt,
    step: (index) => steps[index] ?? '',
    label: (index) => `${processes[index] ?? ''}: ${steps[index] ?? ''}`,
    firstWithoutFault: () => {
      for (let index = 0; index < count; index += 1) {
        if (faults[index] === false) return index;
      }
      return undefined;
    },
  };
};
