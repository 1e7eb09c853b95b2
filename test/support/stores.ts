import { randomBytes } from 'node:crypto';

/** Addresses of the stores that the global setup started. */
export const testStores = (): { readonly mongoUri: string; readonly redisUrl: string } => {
  const { MONGO_URI: mongoUri, REDIS_URL: redisUrl } = process.env;
  if (mongoUri === undefined || redisUrl === undefined) {
    throw new Error('Run this suite through `npm test`, which starts the stores.');
  }
  return { mongoUri, redisUrl };
};

/** A name that no other test uses, for MONGO_DB_PREFIX and REDIS_PREFIX. */
export const uniquePrefix = (): string => `test-${randomBytes(6).toString('hex')}`;

/** For what starts programs of its own. */
export const testEnvironment = (): NodeJS.ProcessEnv => process.env;
