import { env } from 'node:process';
import type { Environment } from '../processes/environment';

/** The environment of the test run: the one place in which tests read it. */
export const environment: Environment = env;

/** The same without stores that somebody has given: for tests of what is started here. */
export const environmentWithoutStores: Environment = {
  ...env,
  MONGO_URI: undefined,
  REDIS_URL: undefined,
};

/** A first run builds the engine. */
export const START_DEADLINE_MS = 300_000;
