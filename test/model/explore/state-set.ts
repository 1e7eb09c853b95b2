import type { State } from '../protocol/layout';

/**
 * The visited states, in order, each with its parent. Takes 12 bytes per state plus 8 to 16 for a
 * hash table: a 64-bit hash stands for the state, so among ten million states one is mistaken for
 * another, and not explored, with a probability of about three in a million.
 */
export interface StateSet {
  /** Adds a state; false if it was already known. */
  readonly add: (state: State, parent: number) => boolean;
  readonly size: () => number;
  /**
   * The index of the state from which this one was first reached; its own for the initial state.
   */
  readonly parentOf: (index: number) => number;
  /** Whether the state is the one with this index. */
  readonly isAt: (index: number, state: State) => boolean;
}

// Copied from the global object once, because access to it is slow inside the test runner.
const { imul } = Math;

const CAPACITY_MIN = 1 << 12;

/**
 * Two 32-bit hashes with different constants, word by word. The state's length is a multiple of
 * four.
 */
const createHash = (stateSize: number) => {
  const bytes = new Uint8Array(stateSize);
  const words = new Uint32Array(bytes.buffer);
  const hashes = { low: 0, high: 0 };
  return (state: State) => {
    bytes.set(state);
    let low = 0x9e3779b9;
    let high = 0x7f4a7c15;
    for (let index = 0; index < words.length; index += 1) {
      const word = words[index] ?? 0;
      low = imul(low ^ word, 0x85ebca6b);
      low ^= low >>> 15;
      high = imul(high ^ word, 0xc2b2ae35);
      high ^= high >>> 13;
    }
    low = imul(low ^ (low >>> 16), 0x27d4eb2f);
    high = imul(high ^ (high >>> 16), 0x165667b1);
    hashes.low = (low ^ (low >>> 15)) >>> 0;
    hashes.high = (high ^ (high >>> 14)) >>> 0;
    return hashes;
  };
};

const grown = (array: Uint32Array): Uint32Array<ArrayBuffer> => {
  const larger = new Uint32Array(array.length * 2);
  larger.set(array);
  return larger;
};

export const createStateSet = (stateSize: number): StateSet => {
  const hash = createHash(stateSize);
  let lows = new Uint32Array(CAPACITY_MIN);
  let highs = new Uint32Array(CAPACITY_MIN);
  let parents = new Uint32Array(CAPACITY_MIN);
  /** Index plus one by hash; twice as long as the arrays above, so at least half of it is empty. */
  let table = new Uint32Array(CAPACITY_MIN * 2);
  let size = 0;

  /** The slot of this hash in the table, or the empty one where it belongs. */
  const placeOf = (low: number, high: number): number => {
    const mask = table.length - 1;
    let place = low & mask;
    for (;;) {
      const entry = table[place] ?? 0;
      if (entry === 0) return place;
      if (lows[entry - 1] === low && highs[entry - 1] === high) return place;
      place = (place + 1) & mask;
    }
  };

  const grow = (): void => {
    lows = grown(lows);
    highs = grown(highs);
    parents = grown(parents);
    table = new Uint32Array(table.length * 2);
    for (let index = 0; index < size; index += 1) {
      table[placeOf(lows[index] ?? 0, highs[index] ?? 0)] = index + 1;
    }
  };

  return {
    add: (state, parent) => {
      const { low, high } = hash(state);
      const place = placeOf(low, high);
      if (table[place] !== 0) return false;
      table[place] = size + 1;
      lows[size] = low;
      highs[size] = high;
      parents[size] = parent;
      size += 1;
      if (size === lows.length) grow();
      return true;
    },
    size: () => size,
    parentOf: (index) => parents[index] ?? 0,
    isAt: (index, state) => {
      const { low, high } = hash(state);
      return lows[index] === low && highs[index] === high;
    },
  };
};
