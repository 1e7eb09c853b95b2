import type { State } from '../protocol/layout';

/** States that are still to be expanded, packed in sequence. */
export interface Frontier {
  readonly push: (state: State) => void;
  readonly size: () => number;
  /** A view, valid until the next push. */
  readonly state: (index: number) => State;
  readonly clear: () => void;
}

const STATES_MIN = 256;

export const createFrontier = (stateSize: number): Frontier => {
  let bytes = new Uint8Array(STATES_MIN * stateSize);
  let size = 0;
  return {
    push: (state) => {
      if ((size + 1) * stateSize > bytes.length) {
        const larger = new Uint8Array(bytes.length * 2);
        larger.set(bytes);
        bytes = larger;
      }
      bytes.set(state, size * stateSize);
      size += 1;
    },
    size: () => size,
    state: (index) => bytes.subarray(index * stateSize, (index + 1) * stateSize),
    clear: () => {
      size = 0;
    },
  };
};
