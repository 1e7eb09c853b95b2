const { default: Sequencer } = require('@jest/test-sequencer');

/**
 * The suites in order. Those with the longest files come first, so that no long file is left at the
 * end beside an idle worker. `npm test` runs `hostile` by itself.
 */
const SUITES = ['e2e', 'integration', 'bad-input', 'local-stores', 'unit', 'hostile'];

const placeOf = ({ context }) => SUITES.indexOf(context.config.displayName?.name);

/** Jest's own order (failed first, then slow or large first) within each suite. */
class SuiteSequencer extends Sequencer {
  sort(tests) {
    return super.sort(tests).sort((a, b) => placeOf(a) - placeOf(b));
  }
}

module.exports = SuiteSequencer;
