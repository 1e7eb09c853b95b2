const crypto = require('node:crypto');

/**
 * Lets consecutive runs of a test file share their key pairs: the first pair that a run generates
 * is the same in every run, and so on. Generating them takes most of the time of the token tests,
 * and no mutant changes it.
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

/** Call at the start of each test file. */
exports.startOver = () => {
  made = 0;
};
