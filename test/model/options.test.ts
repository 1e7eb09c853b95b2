import { HelpWanted } from '@flashreserve/scripts/task';
import { parseOptions } from './options';

const NAMES = ['repeats', 'cart'];
const parse = (...args: string[]) => parseOptions(args, NAMES);

describe('the options of the model check', () => {
  it('the options of the model check have defaults', () => {
    expect(parse()).toEqual({ statesMax: 2_000_000, only: [] });
  });

  it('the options accept a list of scenarios and a bound', () => {
    expect(parse('--scenario', 'repeats,cart', '--states', '5000')).toEqual({
      statesMax: 5_000,
      only: NAMES,
    });
  });

  it('--help explains the options and names every scenario', () => {
    expect(() => parse('--help')).toThrow(HelpWanted);
    expect(() => parse('--help')).toThrow('repeats, cart');
  });

  it.each([
    [['--scenario', 'card'], '--scenario must be one of repeats, cart, not "card".'],
    [['--states', '0'], '--states must be a whole number'],
    [['--states', 'many'], '--states must be a whole number'],
    [['--quick'], '--help'],
  ])('invalid options %j are rejected with a message', (args, sentence) => {
    expect(() => parse(...args)).toThrow(sentence);
  });
});
