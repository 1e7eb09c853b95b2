import { startLocalStores } from '@flashreserve/local-stores';

/** Starts throw-away stores once for all suites, or uses MONGO_URI and REDIS_URL where they are set. */
const globalSetup = async (): Promise<void> => {
  const stores = await startLocalStores({
    env: process.env,
    log: (line) => {
      process.stdout.write(`${line}\n`);
    },
  });
  process.env['MONGO_URI'] = stores.mongoUri;
  process.env['REDIS_URL'] = stores.redisUrl;
  Object.assign(globalThis, { stopStores: stores.stop });
};

module.exports = globalSetup;
