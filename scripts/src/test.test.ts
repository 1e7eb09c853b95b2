import { toJestArguments } from './test';

describe('npm test', () => {
  it.each([
    ['', ''],
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
});
