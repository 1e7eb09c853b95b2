const { existsSync, readFileSync, writeFileSync } = require('node:fs');

/**
 * Prints one summary line for all suites at the end of the run. With TEST_TOTALS_FILE, the totals
 * of the earlier runs that wrote this file are included.
 */
class TotalsReporter {
  onRunComplete(_contexts, results) {
    const file = process.env.TEST_TOTALS_FILE;
    const earlier =
      file && existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : { passed: 0, failed: 0 };
    const passed = earlier.passed + results.numPassedTests;
    const failed = earlier.failed + results.numFailedTests + results.numRuntimeErrorTestSuites;
    if (file) writeFileSync(file, JSON.stringify({ passed, failed }));
    process.stdout.write(`\n${passed} passed, ${failed} failed\n`);
  }
}

module.exports = TotalsReporter;
