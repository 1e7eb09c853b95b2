import { HelpWanted } from '@flashreserve/scripts/task';
import { parseOptions } from './options';

const NAMES = ['hot', 'lone'];
const parse = (...args: string[]) => parseOptions(args, '/repository', NAMES);

describe('the options of the benchmark', () => {
  it('have defaults', () => {
    expect(parse()).toEqual({
      rounds: 3,
      seconds: 10,
      only: [],
      outFolder: '/repository/docs/benchmarks',
      write: true,
    });
  });

  it('take several scenarios in one list', () => {
    expect(parse('--only', 'hot,lone').only).toEqual(['hot', 'lone']);
  });

  it('are explained when help is asked for, every scenario by its name', () => {
    expect(() => parse('--help')).toThrow(HelpWanted);
    expect(() => parse('--help')).toThrow('hot, lone');
  });

  it.each([
    [['--only', 'cold'], 'no scenario cold'],
    [['--rounds', '0'], '--rounds must be a whole number'],
    [['--seconds', 'ten'], '--seconds must be a whole number'],
    [['--fast'], '--help'],
  ])('refuse %j with a sentence', (args, sentence) => {
    expect(() => parse(...args)).toThrow(sentence);
  });
});
