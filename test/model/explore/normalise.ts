import { get, type Layout, type State } from '../protocol/layout';

/**
 * Symmetry reduction: sorts the memories of equal processes. Two states that differ only in which
 * of these processes has which memory have the same futures, up to the names of the processes, and
 * no invariant depends on process memory; so one of the two is enough. In a trace such processes
 * may therefore change their names.
 */
export const createNormalise = ({ alike }: Layout): ((state: State) => void) => {
  const isAfter = (state: State, one: number, other: number, length: number): boolean => {
    for (let offset = 0; offset < length; offset += 1) {
      const difference = get(state, one + offset) - get(state, other + offset);
      if (difference !== 0) return difference > 0;
    }
    return false;
  };
  const swap = (state: State, one: number, other: number, length: number): void => {
    for (let offset = 0; offset < length; offset += 1) {
      const kept = get(state, one + offset);
      state[one + offset] = get(state, other + offset);
      state[other + offset] = kept;
    }
  };
  return (state) => {
    for (const { starts, length } of alike) {
      for (let end = starts.length - 1; end > 0; end -= 1) {
        for (let place = 0; place < end; place += 1) {
          const one = starts[place] ?? 0;
          const other = starts[place + 1] ?? 0;
          if (isAfter(state, one, other, length)) swap(state, one, other, length);
        }
      }
    }
  };
};
