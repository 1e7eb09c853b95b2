import { makeSecrets, serviceClients } from '../../scripts/src/start/dev-secrets';
import { testStores } from './stores';

export const ADMIN_EMAIL = 'admin@example.test';

export interface StackSettings {
  /** Unique prefix of databases and keys. */
  readonly prefix: string;
  readonly ttlSeconds?: number;
  readonly sweepSeconds?: number;
  /** Overrides for single variables. */
  readonly env?: Readonly<Record<string, string>>;
}

/** The environment shared by all components of a test stack, with its own secrets. */
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
    MAILS_PER_ADDRESS: '0',
    LOGIN_FAILURES_PER_ADDRESS: '0',
    CLIENT_LOGIN_FAILURES_PER_ADDRESS: '0',
    GUESTS_PER_MINUTE_PER_ADDRESS: '0',
    // There is no load balancer that needs time to notice a stop.
    DRAIN_WAIT_MS: '0',
    LOG_LEVEL: 'warn',
    LOG_FORMAT: 'json',
    ...settings.env,
  };
};
