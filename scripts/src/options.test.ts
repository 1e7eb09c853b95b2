import { type CommandLine, readOptions, renderHelp } from './options';
import { HelpWanted, TaskError } from './task';

const LINE = {
  command: 'npm run thing',
  about: 'Does a thing.',
  options: {
    count: { kind: 'number', help: 'things', min: 1, max: 10, fallback: 3 },
    share: { kind: 'number', help: 'part', min: 0, max: 1, fallback: 1, fractions: true },
    wait: { kind: 'flag', help: 'wait for it' },
    url: { kind: 'text', value: 'ADDRESS', help: 'where it is' },
    only: { kind: 'list', value: 'NAME', help: 'repeatable' },
  },
} as const satisfies CommandLine;

describe('command line options', () => {
  it('an option that is not given has its default', () => {
    expect(readOptions(LINE, [])).toEqual({
      count: 3,
      share: 1,
      wait: false,
      url: undefined,
      only: [],
    });
  });

  it('options are parsed by kind', () => {
    const args = '--count 7 --share=0.5 --wait --url http://x --only a --only b'.split(' ');
    expect(readOptions(LINE, args)).toEqual({
      count: 7,
      share: 0.5,
      wait: true,
      url: 'http://x',
      only: ['a', 'b'],
    });
  });

  it.each([
    [['--count', '0'], '--count must be a whole number from 1 to 10, not "0".'],
    [['--count', '1.5'], '--count must be a whole number from 1 to 10'],
    [['--count='], '--count must be a whole number from 1 to 10'],
    [['--share', '2'], '--share must be a number from 0 to 1'],
    [['--conut', '1'], '`npm run thing -- --help` lists the options.'],
    [['--url'], '--help'],
    [['more'], '--help'],
  ])('invalid arguments are rejected with a message: %j', (args, sentence) => {
    expect(() => readOptions(LINE, args)).toThrow(TaskError);
    expect(() => readOptions(LINE, args)).toThrow(sentence);
  });

  it('--help lists the options with their ranges and defaults', () => {
    expect(() => readOptions(LINE, ['--count', '99', '--help'])).toThrow(HelpWanted);
    expect(renderHelp(LINE)).toBe(`Usage: npm run thing [-- OPTIONS]

Does a thing.

  --count N      things, 1 to 10; default 3
  --share N      part, 0 to 1; default 1
  --wait         wait for it
  --url ADDRESS  where it is
  --only NAME    repeatable
  --help         this text
`);
  });
});

describe('options with a rule for their values', () => {
  const RULED = {
    ...LINE,
    options: {
      only: { kind: 'names', of: ['hot', 'cart'], help: 'only these' },
      for: {
        kind: 'list',
        value: 'NAME',
        help: 'for it',
        accepts: (name: string) => name !== '_',
        mustBe: 'a name',
      },
      seed: { kind: 'number', help: 'of a run', min: 1, max: 9 },
    },
  } as const satisfies CommandLine;

  it('names may share an option, and a number without a default may be absent', () => {
    expect(readOptions(RULED, ['--only', 'hot,cart', '--only=hot'])).toEqual({
      only: ['hot', 'cart', 'hot'],
      for: [],
      seed: undefined,
    });
  });

  it.each([
    [['--only', 'hot,cold'], '--only must be one of hot, cart, not "cold".'],
    [['--for', '_'], '--for must be a name, not "_".'],
    [['--seed', '10'], '--seed must be a whole number from 1 to 9, not "10".'],
  ])('any other value is rejected with the name of the option: %j', (args, sentence) => {
    expect(() => readOptions(RULED, args)).toThrow(sentence);
  });

  it('--help lists the values that an option accepts', () => {
    expect(renderHelp(RULED)).toContain('--only NAME,NAME  only these: hot, cart\n');
  });
});
