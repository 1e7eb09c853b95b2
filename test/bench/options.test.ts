import { parseOptions, usage } from './options';

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
    expect(parse('--only', 'hot,lone')?.only).toEqual(['hot', 'lone']);
  });

  it('are undefined when help is asked for, which names every scenario', () => {
    expect(parse('--help')).toBeUndefined();
    expect(usage(NAMES)).toContain('hot, lone');
  });

  it.each([
    [['--only', 'cold'], 'no scenario cold'],
    [['--rounds', '0'], '--rounds must be a whole number'],
    [['--seconds', 'ten'], '--seconds must be a whole number'],
    [['--fast'], 'Try --help'],
  ])('refuse %j with a sentence', (args, sentence) => {
    expect(() => parse(...args)).toThrow(sentence);
  });
});
