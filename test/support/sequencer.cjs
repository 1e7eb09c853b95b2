const { default: Sequencer } = require('@jest/test-sequencer');

/** These go last, in this order. `hostile` measures answer times, so no suite with processes of its own may run beside it. */
const LAST = ['unit', 'hostile'];

const placeOf = ({ context }) => LAST.indexOf(context.config.displayName?.name);

/** Jest's own order (failed first, then slow first), except for the suites that go last. */
class QuietSequencer extends Sequencer {
  sort(tests) {
    return super.sort(tests).sort((a, b) => placeOf(a) - placeOf(b));
  }
}

module.exports = QuietSequencer;
