import { env } from 'node:process';
import type { Environment } from '../processes/environment';

/** The environment of the test run. Tests read it only here. */
export const environment: Environment = env;

/** The same without stores given by address, for tests of stores that are started here. */
export const environmentWithoutStores: Environment = {
  ...env,
  MONGO_URI: undefined,
  REDIS_URL: undefined,
};

/** The first run builds the engine. */
export const START_DEADLINE_MS = 300_000;
