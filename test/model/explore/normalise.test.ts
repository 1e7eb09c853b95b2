import { createLayout } from '../protocol/layout';
import type { Scenario } from '../protocol/scenario';
import { createNormalise } from './normalise';

const scenario: Scenario = {
  name: 'test',
  about: '',
  stock: [1],
  customers: [
    { lines: [1], calls: 2 },
    { lines: [1], calls: 1 },
  ],
  workers: 3,
  ttl: 1,
  timeMax: 1,
};

describe('symmetric states', () => {
  const layout = createLayout(scenario, undefined);
  const normalise = createNormalise(layout);
  const stateWith = (fields: readonly (readonly [number | undefined, number])[]): Uint8Array => {
    const state = new Uint8Array(layout.size);
    for (const [field, value] of fields) if (field !== undefined) state[field] = value;
    normalise(state);
    return state;
  };
  const [callA, callB, otherCall] = layout.calls;
  const [one, two, three] = layout.workers;

  it('states that differ only in which of several equal processes is where are one state', () => {
    expect(
      stateWith([
        [one?.step, 3],
        [one?.now, 2],
        [three?.step, 1],
      ]),
    ).toEqual(
      stateWith([
        [two?.step, 3],
        [two?.now, 2],
        [one?.step, 1],
      ]),
    );
    expect(stateWith([[callA?.step, 5]])).toEqual(stateWith([[callB?.step, 5]]));
  });

  it('processes of different customers are not interchangeable', () => {
    expect(stateWith([[callA?.step, 5]])).not.toEqual(stateWith([[otherCall?.step, 5]]));
  });
});
