import { reportFailure, say, type TaskInput } from '@flashreserve/scripts/task';
import { type Exploration, explore } from './explore/explore';
import { parseOptions } from './options';
import type { Scenario } from './protocol/scenario';
import { SCENARIOS } from './scenarios';

const COLUMNS = [16, 13, 14, 7, 12, 9] as const;

const row = (cells: readonly string[]): string => {
  const [name = '', ...numbers] = cells;
  const aligned = numbers.map((cell, index) => cell.padStart(COLUMNS[index + 1] ?? 0));
  return [name.padEnd(COLUMNS[0]), ...aligned].join('');
};

const count = (value: number): string => value.toLocaleString('en');

const sayResult = (scenario: Scenario, result: Exploration, seconds: number): void => {
  const { states, transitions, depth, complete, violation } = result;
  const cells = [count(states), count(transitions), String(depth), violation ? '1' : '0'];
  const end = complete ? 'every state' : violation ? 'VIOLATION' : 'up to the bound';
  say(`${row([scenario.name, ...cells, seconds.toFixed(1)])}  ${end}`);
  if (violation === undefined) return;
  say(`\nBroken: ${violation.invariant}. The shortest way there:\n`);
  violation.trace.forEach((step, index) => {
    say(`${String(index + 1).padStart(4)}  ${step}`);
  });
  say('');
};

const run = ({ args }: TaskInput): void => {
  const names = SCENARIOS.map(({ name }) => name);
  const options = parseOptions(args, names);
  const { only, statesMax } = options;
  say(row(['scenario', 'states', 'transitions', 'depth', 'violations', 'seconds']));
  let states = 0;
  let violations = 0;
  const startedAt = performance.now();
  for (const scenario of SCENARIOS) {
    if (only.length > 0 && !only.includes(scenario.name)) continue;
    const began = performance.now();
    const result = explore(scenario, { statesMax });
    sayResult(scenario, result, (performance.now() - began) / 1000);
    states += result.states;
    violations += result.violation === undefined ? 0 : 1;
  }
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
  say(`\n${count(states)} states, ${violations} violations, ${seconds} s.`);
  if (violations > 0) process.exitCode = 1;
};

/** Runs the model check. Exits with 1 if an invariant is violated. */
export const main = (input: TaskInput): void => {
  try {
    run(input);
  } catch (error) {
    reportFailure(error);
  }
};
