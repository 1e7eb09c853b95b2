/**
 * Mutation testing of the code that must not be wrong. `npm run mutation` names the files, package by package
 * (scripts/src/mutation/areas.ts); every mutant is judged by the unit tests of its own package alone, because the
 * sandbox takes other packages from the installed workspaces, which are not mutated.
 *
 * Stays on version 9 as long as Node.js 20 is supported: version 10 needs 22.
 */
module.exports = {
  testRunner: 'jest',
  jest: { configFile: 'test/mutation/jest.config.cjs' },
  coverageAnalysis: 'perTest',
  plugins: ['@stryker-mutator/jest-runner', './test/mutation/ignore-prose.mjs'],
  ignorers: ['prose'],
  concurrency: 1,
  // Generous, so that a busy machine does not make a mutant look like an endless loop.
  timeoutMS: 10_000,
  ignorePatterns: ['dist', 'docs', 'deploy', '.data', 'chaos-runs', 'reports'],
  tempDirName: 'reports/mutation/sandbox',
  reporters: ['clear-text', 'json', 'html'],
  clearTextReporter: { logTests: false, allowColor: false, reportScoreTable: false },
  jsonReporter: { fileName: 'reports/mutation/mutation.json' },
  htmlReporter: { fileName: 'reports/mutation/mutation.html' },
  allowConsoleColors: false,
};
