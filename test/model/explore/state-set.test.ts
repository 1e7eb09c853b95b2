import { createStateSet } from './state-set';

const STATE_SIZE = 8;

const stateOf = (number: number): Uint8Array =>
  new Uint8Array(Uint32Array.of(number, number % 3).buffer);

describe('the state set', () => {
  it('each state is added once, and all are kept while the set grows', () => {
    const states = createStateSet(STATE_SIZE);
    const numbers = Array.from({ length: 20_000 }, (_item, index) => index);
    expect(numbers.every((number) => states.add(stateOf(number), 0))).toBe(true);
    expect(numbers.some((number) => states.add(stateOf(number), 0))).toBe(false);
    expect(states.size()).toBe(numbers.length);
  });

  it('the set knows the state from which a state was first reached', () => {
    const states = createStateSet(STATE_SIZE);
    states.add(stateOf(7), 0);
    states.add(stateOf(8), 0);
    states.add(stateOf(9), 1);
    states.add(stateOf(9), 0);
    expect(states.parentOf(2)).toBe(1);
    expect([states.isAt(2, stateOf(9)), states.isAt(2, stateOf(8))]).toEqual([true, false]);
  });
});
