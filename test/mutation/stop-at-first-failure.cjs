const StrykerNodeEnvironment = require('@stryker-mutator/jest-runner/jest-env/node');
const { startOver } = require('./share-key-pairs.cjs');

/**
 * Skips the rest of a test file after the first failed test, because one is enough to detect a
 * mutant, and a mutant that makes promises hang would let every test run into its timeout.
 */
class StopAtFirstFailure extends StrykerNodeEnvironment {
  constructor(config, context) {
    super(config, context);
    startOver();
    const handle = this.handleTestEvent;
    let failed = false;
    this.handleTestEvent = async (event, state) => {
      await handle(event, state);
      if (event.name === 'test_done' && event.test.errors.length > 0) failed = true;
      if (event.name === 'test_start' && failed) event.test.mode = 'skip';
    };
  }
}

module.exports = StopAtFirstFailure;
