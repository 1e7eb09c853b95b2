const crypto = require('node:crypto');

/**
 * Lets the runs of a test file on one mutant after another share their key pairs: the first pair that a run makes
 * is the same in every run, and so on. Making them is most of what the token tests cost, and no mutant changes it.
 */
const generate = crypto.generateKeyPairSync;
const pairs = new Map();
let made = 0;

crypto.generateKeyPairSync = (type, options) => {
  const name = `${made} ${type} ${JSON.stringify(options)}`;
  made += 1;
  const pair = pairs.get(name) ?? generate(type, options);
  pairs.set(name, pair);
  return pair;
};

/** To be called at the beginning of each test file. */
exports.startOver = () => {
  made = 0;
};
