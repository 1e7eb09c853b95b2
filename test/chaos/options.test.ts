import { HelpWanted } from '@flashreserve/scripts/task';
import { parseOptions } from './options';

describe('the command line', () => {
  it('the default is one seed for one minute', () => {
    expect(parseOptions([], '/project')).toEqual({
      seed: 1,
      seeds: 1,
      minutes: 1,
      outFolder: '/project/chaos-runs',
      record: false,
      recovery: false,
      storeFaults: false,
    });
  });

  it('--help explains the options', () => {
    expect(() => parseOptions(['--help'], '/project')).toThrow(HelpWanted);
  });

  it.each([
    [['--seed', '0'], '--seed must be a whole number'],
    [['--seeds', '1.5'], '--seeds must be a whole number'],
    [['--minutes', '0'], '--minutes must be a number from 0.1 to 60'],
    [['--sead', '1'], '--sead'],
  ])('invalid arguments are rejected with a message (%j)', (args, message) => {
    expect(() => parseOptions(args, '/project')).toThrow(message);
  });
});
