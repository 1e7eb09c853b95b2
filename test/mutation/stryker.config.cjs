/**
 * Mutation testing of the critical code. `npm run mutation` selects the files, package by package
 * (scripts/src/mutation/areas.ts). Every mutant is judged only by the unit tests of its own
 * package, because the sandbox resolves other packages from the installed workspaces, which are not
 * mutated.
 *
 * Stays on version 9 while Node.js 20 is supported: version 10 requires 22.
 */
module.exports = {
  testRunner: 'jest',
  jest: { configFile: 'test/mutation/jest.config.cjs' },
  coverageAnalysis: 'perTest',
  plugins: ['@stryker-mutator/jest-runner', './test/mutation/ignore-prose.mjs'],
  ignorers: ['prose'],
  concurrency: 1,
  // Generous, so that a mutant on a busy machine is not mistaken for an endless loop.
  timeoutMS: 10_000,
  ignorePatterns: ['dist', 'docs', 'deploy', '.data', 'chaos-runs', 'reports'],
  tempDirName: 'reports/mutation/sandbox',
  reporters: ['clear-text', 'json', 'html'],
  clearTextReporter: { logTests: false, allowColor: false, reportScoreTable: false },
  jsonReporter: { fileName: 'reports/mutation/mutation.json' },
  htmlReporter: { fileName: 'reports/mutation/mutation.html' },
  allowConsoleColors: false,
};
