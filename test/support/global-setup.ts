import { startLocalStores } from '@flashreserve/local-stores';

/**
 * Starts temporary stores once for all suites, or uses MONGO_URI and REDIS_URL if set. With
 * FLASHRESERVE_STORE_FAULTS the store fails like a degraded replica set; connections of the tests
 * themselves have no faults.
 */
const globalSetup = async (): Promise<void> => {
  const stores = await startLocalStores({
    env: process.env,
    log: (line) => {
      process.stdout.write(`${line}\n`);
    },
  });
  process.stdout.write(`Store: ${stores.description.mongo}\n`);
  process.env['MONGO_URI'] = stores.mongoUri;
  process.env['FLASHRESERVE_CALM_MONGO_URI'] = stores.mongoUriWithoutFaults;
  process.env['REDIS_URL'] = stores.redisUrl;
  Object.assign(globalThis, { stopStores: stores.stop });
};

module.exports = globalSetup;
