import { type Exploration, explore } from './explore/explore';
import { MUTANTS, REDUNDANT } from './mutants';
import type { Mutation } from './protocol/mutations';
import type { Scenario } from './protocol/scenario';
import { SCENARIOS } from './scenarios';

/** Enough for all mutants and every step within a few seconds; `npm run model` explores further. */
const STATES_MAX = 20_000;

/** Every step of the protocol, except those of mutants. */
const STEPS = [
  'a tick passes',
  'adjustStock',
  'adjustStock: find adjustments',
  'adjustStock: find products',
  'adjustStock: write',
  'cancel',
  'clear the mark of returns',
  'commitStock: read',
  'commitStock: write',
  'confirm',
  'crash, or reply lost',
  'delete the hold',
  'delete the reservation',
  'expireDue',
  'expireReservations',
  'extend',
  'extend: updateOne',
  'find',
  'find pending returns',
  'findFates',
  'findFates: read back',
  'findOwned',
  'foldSold',
  'insert',
  'insert fails; giveUp',
  'insert: revived',
  'insertTombstones',
  'is right again',
  'job',
  'job of one',
  'jumps',
  'listOverdueHolds',
  'postponeHold',
  'postponeHold fails',
  'reply: CANCELLED',
  'reply: CONFIRMED',
  'reply: CONFIRMED; settlement goes on',
  'reply: RESERVATION_EXPIRED',
  'reply: extended',
  'reply: reserved',
  'reply: returned',
  'reply: returned; settlement goes on',
  'reply: revived; settlement goes on',
  'reserve',
  'resolve: bulkWrite',
  'resolve: expireDue',
  'resolve: find',
  'restoreStock fails; scheduleSettlement',
  'restoreStock: read',
  'restoreStock: write',
  'return',
  'return: findOneAndUpdate',
  'return: replayed',
  'returnStock: read',
  'returnStock: write',
  'revive',
  'scheduleExpiry',
  'scheduleExpiry fails',
  'settleHold and scheduleSettlement fail',
  'settleHold fails; scheduleSettlement',
  'settlement fails',
  'settlement of returns fails',
  'takeHold: UNAVAILABLE, called again',
  'takeHold: UNAVAILABLE; giveUp',
  'takeHold: findAvailable',
  'takeHold: findHolds',
  'takeHold: read',
  'takeHold: tryGuess',
  'takeHold: write',
  'writeReservation',
];

const scenarioOf = (name: string): Scenario => {
  const found = SCENARIOS.find((scenario) => scenario.name === name);
  if (found === undefined) throw new Error(`There is no scenario ${name}.`);
  return found;
};

const exploreMutant = (name: string, mutation: Mutation): Exploration =>
  explore(scenarioOf(name), { statesMax: 10 * STATES_MAX, mutation });

describe('the reservation saga', () => {
  const steps = new Set<string>();

  it.each(SCENARIOS.map(({ name }) => name))('every invariant holds in scenario %s', (name) => {
    const result = explore(scenarioOf(name), { statesMax: STATES_MAX });
    for (const step of result.steps) steps.add(step);
    expect(result.violation).toBeUndefined();
  });

  it.each(['one-customer', 'plenty'])(
    'every invariant holds in all states of scenario %s',
    (name) => {
      const { complete, violation } = explore(scenarioOf(name), { statesMax: 10 * STATES_MAX });
      expect({ complete, violation }).toEqual({ complete: true, violation: undefined });
    },
  );

  it('the exploration takes every step of the protocol', () => {
    expect([...steps].sort()).toEqual(STEPS);
  });
});

describe('mutants of the saga', () => {
  it.each(MUTANTS)(
    'a mutant of the protocol is caught: $mutation',
    ({ mutation, scenario, caughtBy }) => {
      expect(exploreMutant(scenario, mutation).violation?.invariant).toBe(caughtBy);
    },
  );

  it('a violation is reported with its shortest trace', () => {
    expect(exploreMutant('repeats', 'tombstone not read back').violation?.trace).toEqual([
      'customer 1, call a: reserve',
      'customer 1, call b: takeHold: tryGuess',
      'customer 1, call b: takeHold: write',
      'customer 1, call b: writeReservation',
      'time: a tick passes',
      'worker 1: listOverdueHolds',
      'worker 1: expireReservations',
      'worker 1: expireDue',
      'worker 1: findFates',
      'customer 1, call b: insert',
      'worker 1: insertTombstones',
      'worker 1: restoreStock: read',
      'worker 1: restoreStock: write',
    ]);
  });

  it('a violation in a failing sweep is reported with that sweep', () => {
    expect(exploreMutant('one-customer', 'sweep by reservations').violation?.trace).toEqual([
      'customer 1, call a: reserve',
      'customer 1, call a: takeHold: tryGuess',
      'customer 1, call a: takeHold: write',
      'everything: crashes; the queue is lost; all holds fall due',
    ]);
  });

  it.each(REDUNDANT)(
    'a mutant without a second line of defence causes no violation: $mutation',
    ({ mutation, scenario }) => {
      expect(exploreMutant(scenario, mutation).violation).toBeUndefined();
    },
  );
});
