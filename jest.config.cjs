/**
 * One project for each suite. Unit tests need nothing; the others run on a private MongoDB and
 * Redis that test/support/global-setup.ts starts (or on MONGO_URI and REDIS_URL where these are
 * set).
 */
const suite = (displayName, testMatch, extra = {}) => ({
  displayName,
  testMatch: testMatch.map((pattern) => `<rootDir>/${pattern}`),
  testEnvironment: 'node',
  testEnvironmentOptions: {
    customExportConditions: ['@flashreserve/source', 'node', 'require', 'default'],
  },
  // Not lazy: with a cold cache, loading a package could take longer than the time limits of a
  // test.
  transform: {
    '\\.ts$': [
      '@swc/jest',
      { jsc: { target: 'es2023' }, module: { type: 'commonjs' }, sourceMaps: 'inline' },
    ],
    // The one package that exists as ES module only. Node loads it by `import()`, Jest cannot.
    '/node_modules/jose/.*\\.js$': ['@swc/jest', { module: { type: 'commonjs' } }],
  },
  transformIgnorePatterns: ['/node_modules/(?!jose/)'],
  modulePathIgnorePatterns: ['/dist/', '<rootDir>/reports/'],
  ...extra,
});

const onRealStores = {
  globalSetup: '<rootDir>/test/support/global-setup.ts',
  globalTeardown: '<rootDir>/test/support/global-teardown.ts',
};

module.exports = {
  // The cores of the machines it is meant for. A third file at a time saves little, and on a slow
  // machine the processes of all three starve each other past the time limits that tests prove.
  maxWorkers: 2,
  testTimeout: 60_000,
  testSequencer: '<rootDir>/test/support/sequencer.cjs',
  reporters: ['default', '<rootDir>/test/support/totals-reporter.cjs'],
  projects: [
    suite('unit', [
      'packages/!(local-stores|documentdb-wire)/src/**/*.test.ts',
      'services/*/src/**/*.test.ts',
      'gateway/src/**/*.test.ts',
      'scripts/src/**/*.test.ts',
      'test/bench/**/*.test.ts',
      'test/model/**/*.test.ts',
      'test/chaos/**/*.test.ts',
    ]),
    suite('local-stores', ['packages/{local-stores,documentdb-wire}/src/**/*.test.ts']),
    suite('integration', ['test/integration/**/*.test.ts'], onRealStores),
    suite('e2e', ['test/e2e/**/*.test.ts', 'test/security/**/*.test.ts'], onRealStores),
    suite('hostile', ['test/hostile/**/*.test.ts'], onRealStores),
    suite('bad-input', ['test/bad-input/**/*.test.ts'], onRealStores),
  ],
};
