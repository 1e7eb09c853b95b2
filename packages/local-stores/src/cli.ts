/**
 * Starts the stores, prints `MONGO_URI=…` and `REDIS_URL=…`, and runs until SIGINT, SIGTERM or
 * SIGHUP. With a folder as its argument, data is kept there; without one, it is deleted at the end.
 */
import process from 'node:process';
import { startLocalStores } from './local-stores';
import { LocalStoresError } from './store/local-stores-error';

const dataDir = process.argv[2];

async function main(): Promise<void> {
  const stopRequested = new Promise<void>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      process.on(signal, () => resolve());
    }
  });
  const stores = await startLocalStores({
    ...(dataDir === undefined ? {} : { dataDir }),
    // The only place in this package that reads the environment.
    env: process.env,
    log: (line) => console.error(line),
  });
  console.error(`MongoDB: ${stores.description.mongo}. Redis: ${stores.description.redis}.`);
  console.log(`MONGO_URI=${stores.mongoUri}\nREDIS_URL=${stores.redisUrl}`);
  // Stores given by address start no child process, so something else must keep this process
  // running.
  const heartbeat = setInterval(() => undefined, 60_000);
  await stopRequested;
  clearInterval(heartbeat);
  await stores.stop();
}

main().catch((error: unknown) => {
  console.error(error instanceof LocalStoresError ? error.message : error);
  process.exitCode = 1;
});
