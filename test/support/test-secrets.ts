import { makeSecrets, serviceClients } from '../../scripts/src/start/dev-secrets';
import { testStores } from './stores';

export const ADMIN_EMAIL = 'admin@example.test';

export interface StackSettings {
  /** Prefix of databases and keys, so that stacks do not meet. */
  readonly prefix: string;
  readonly ttlSeconds?: number;
  readonly sweepSeconds?: number;
  /** Overrides for single variables. */
  readonly env?: Readonly<Record<string, string>>;
}

/** The environment that all components of a test stack share, with secrets of its own. */
export const testStackEnvironment = (settings: StackSettings): Readonly<Record<string, string>> => {
  const secrets = makeSecrets();
  const { mongoUri, redisUrl } = testStores();
  return {
    ...secrets,
    SERVICE_CLIENTS: serviceClients(secrets, undefined),
    ADMIN_EMAIL,
    MONGO_URI: mongoUri,
    REDIS_URL: redisUrl,
    MONGO_DB_PREFIX: settings.prefix,
    REDIS_PREFIX: settings.prefix,
    RESERVATION_TTL_SECONDS: String(settings.ttlSeconds ?? 600),
    SWEEP_INTERVAL_SECONDS: String(settings.sweepSeconds ?? 30),
    // All clients of a test have the same address.
    REGISTRATIONS_PER_ADDRESS: '0',
    LOGIN_FAILURES_PER_ADDRESS: '0',
    // No load balancer has to notice that a component of a test stops.
    DRAIN_WAIT_MS: '0',
    LOG_LEVEL: 'warn',
    LOG_FORMAT: 'json',
    ...settings.env,
  };
};
