import { HelpWanted } from '@flashreserve/scripts/task';
import { parseOptions } from './options';

const NAMES = ['repeats', 'cart'];
const parse = (...args: string[]) => parseOptions(args, NAMES);

describe('the options of the model check', () => {
  it('have defaults', () => {
    expect(parse()).toEqual({ statesMax: 2_000_000, only: [] });
  });

  it('take several scenarios in one list, and a bound', () => {
    expect(parse('--scenario', 'repeats,cart', '--states', '5000')).toEqual({
      statesMax: 5_000,
      only: NAMES,
    });
  });

  it('are explained when help is asked for, every scenario by its name', () => {
    expect(() => parse('--help')).toThrow(HelpWanted);
    expect(() => parse('--help')).toThrow('repeats, cart');
  });

  it.each([
    [['--scenario', 'card'], 'no scenario card'],
    [['--states', '0'], '--states must be a whole number'],
    [['--states', 'many'], '--states must be a whole number'],
    [['--quick'], '--help'],
  ])('refuse %j with a sentence', (args, sentence) => {
    expect(() => parse(...args)).toThrow(sentence);
  });
});
