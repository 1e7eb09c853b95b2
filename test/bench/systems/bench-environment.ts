import { makeSecrets } from '@flashreserve/scripts/start/dev-secrets';
import { stackEnvironment } from '@flashreserve/scripts/start/stack-environment';

/** All stacks of a run share auth's database, so that buyers' tokens are valid for each of them. */
export const AUTH_PREFIX = 'bench_all';
export const HOST = '127.0.0.1';

const secrets = makeSecrets();

/** Decrypts the signing key in auth's database. */
export const keyEncryptionSecret = (): string => secrets.KEY_ENCRYPTION_SECRET;

/** The environment of all stacks of a run: production mode, and no info logs. */
export const benchEnvironment = (stores: {
  readonly mongoUri: string;
  readonly redisUrl: string;
}): Readonly<Record<string, string>> => ({
  ...stackEnvironment({
    env: {},
    secrets,
    mongoUri: stores.mongoUri,
    redisUrl: stores.redisUrl,
  }),
  LOG_LEVEL: 'warn',
  LOG_FORMAT: 'json',
});
