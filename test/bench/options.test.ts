import { HelpWanted } from '@flashreserve/scripts/task';
import { parseOptions } from './options';
import { SCENARIOS } from './scenarios';

const NAMES = ['hot', 'lone'];
const parse = (...args: string[]) => parseOptions(args, '/repository', NAMES);

describe('the options of the benchmark', () => {
  it('the options of the benchmark have defaults', () => {
    expect(parse()).toEqual({
      rounds: 3,
      seconds: 10,
      only: [],
      outFolder: '/repository/docs/benchmarks',
      write: true,
    });
  });

  it('--only accepts a list of scenarios', () => {
    expect(parse('--only', 'hot,lone').only).toEqual(['hot', 'lone']);
  });

  it.each(['checkout', 'sale-day', 'confirm', 'scale'])('--only accepts %s', (name) => {
    const names = SCENARIOS.map((scenario) => scenario.name);
    expect(parseOptions(['--only', name], '/repository', names).only).toEqual([name]);
  });

  it('--help explains the options and names every scenario', () => {
    expect(() => parse('--help')).toThrow(HelpWanted);
    expect(() => parse('--help')).toThrow('hot, lone');
  });

  it.each([
    [['--only', 'cold'], '--only must be one of hot, lone, not "cold".'],
    [['--rounds', '0'], '--rounds must be a whole number'],
    [['--seconds', 'ten'], '--seconds must be a whole number'],
    [['--fast'], '--help'],
  ])('invalid options %j are rejected with a message', (args, sentence) => {
    expect(() => parse(...args)).toThrow(sentence);
  });
});
