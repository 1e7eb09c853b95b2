import { HelpWanted } from '@flashreserve/scripts/task';
import { parseOptions } from './options';

describe('the command line', () => {
  it('runs one seed for a minute unless told otherwise', () => {
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

  it('is explained when it asks for help', () => {
    expect(() => parseOptions(['--help'], '/project')).toThrow(HelpWanted);
  });

  it.each([
    [['--seed', '0'], '--seed must be a whole number'],
    [['--seeds', '1.5'], '--seeds must be a whole number'],
    [['--minutes', '0'], '--minutes must be a number from 0.1 to 60'],
    [['--sead', '1'], '--sead'],
  ])('says what is not understood (%j)', (args, message) => {
    expect(() => parseOptions(args, '/project')).toThrow(message);
  });
});
