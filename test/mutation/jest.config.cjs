/**
 * The unit tests beside the mutated code, as a configuration without projects, because only then
 * can the mutation runner determine which test covers which mutant.
 */
const path = require('node:path');
const { projects } = require('../../jest.config.cjs');

const { displayName: _name, ...unit } = projects.find(({ displayName }) => displayName === 'unit');
const rootDir = path.resolve(__dirname, '../..');

module.exports = {
  ...unit,
  rootDir,
  // Jest scans these for each mutant.
  roots: ['packages/rpc/src', 'packages/identity/src', 'services'].map((folder) =>
    path.join(rootDir, folder),
  ),
  testMatch: [
    '<rootDir>/packages/rpc/src/group-commit/**/*.test.ts',
    '<rootDir>/packages/identity/src/**/*.test.ts',
    '<rootDir>/services/*/src/{application,crypto,domain}/**/*.test.ts',
    '<rootDir>/services/reservation/src/grpc/acting-customer.test.ts',
  ],
  testEnvironment: path.resolve(__dirname, 'stop-at-first-failure.cjs'),
  // In milliseconds. Shorter than the mutation runner's own limit, so that a test that waits in
  // vain counts as failed, and only an endless loop as a timeout.
  testTimeout: 5_000,
};
