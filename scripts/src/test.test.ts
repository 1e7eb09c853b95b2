import { toJestArguments, toJestRuns } from './test';

describe('npm test', () => {
  it.each([
    ['unit', '--selectProjects unit'],
    [
      'unit services/catalog --watch',
      '--selectProjects unit --testPathPatterns services/catalog --watch',
    ],
    ['e2e -t expires', '--selectProjects e2e -t expires'],
    ['services/catalog --selectProjects unit', 'services/catalog --selectProjects unit'],
  ])('"npm test -- %s" starts jest with "%s"', (given, expected) => {
    expect(toJestArguments(given.split(' ').filter(Boolean)).join(' ')).toBe(expected);
  });

  it('"npm test" runs the suite that measures response times after all others and alone', () => {
    expect(toJestRuns([]).map((run) => run.join(' '))).toEqual([
      '--selectProjects unit local-stores integration e2e bad-input',
      '--selectProjects hostile',
    ]);
    expect(toJestRuns(['unit'])).toEqual([['--selectProjects', 'unit']]);
  });
});
