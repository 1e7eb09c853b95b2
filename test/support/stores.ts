import { randomBytes } from 'node:crypto';

export interface TestStores {
  /** For the components. In faults mode it fails at random. */
  readonly mongoUri: string;
  /** The same data without faults, for reads and writes of the test itself. */
  readonly calmMongoUri: string;
  readonly redisUrl: string;
}

/** Addresses of the stores that the global setup started. */
export const testStores = (): TestStores => {
  const { MONGO_URI: mongoUri, REDIS_URL: redisUrl } = process.env;
  if (mongoUri === undefined || redisUrl === undefined) {
    throw new Error('Run this suite through `npm test`, which starts the stores.');
  }
  return {
    mongoUri,
    calmMongoUri: process.env['FLASHRESERVE_CALM_MONGO_URI'] ?? mongoUri,
    redisUrl,
  };
};

/** Whether FLASHRESERVE_STORE_FAULTS makes the store fail at random. */
export const storeHasFaults = (): boolean =>
  (process.env['FLASHRESERVE_STORE_FAULTS'] ?? '') !== '';

/** The address without faults, if this is the store of the global setup. */
export const calmUriOf = (mongoUri: string | undefined): string => {
  const stores = testStores();
  return mongoUri === undefined || mongoUri === stores.mongoUri ? stores.calmMongoUri : mongoUri;
};

/** A unique name for MONGO_DB_PREFIX and REDIS_PREFIX. */
export const uniquePrefix = (): string => `test-${randomBytes(6).toString('hex')}`;

/** The environment for processes started by a test. */
export const testEnvironment = (): NodeJS.ProcessEnv => process.env;

/**
 * Makes `testStores` return these stores for the rest of a test file, like the global setup does
 * for all files.
 */
export const useStores = (stores: {
  readonly mongoUri: string;
  readonly mongoUriWithoutFaults: string;
  readonly storeFaults: string;
}): void => {
  process.env['MONGO_URI'] = stores.mongoUri;
  process.env['FLASHRESERVE_CALM_MONGO_URI'] = stores.mongoUriWithoutFaults;
  process.env['FLASHRESERVE_STORE_FAULTS'] = stores.storeFaults;
};
