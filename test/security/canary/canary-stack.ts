import { randomBytes } from 'node:crypto';
import { Redis } from 'ioredis';
import { freePort } from '../../support/free-port';
import { type ProcessStack, startProcessStack } from '../../support/process-stack';
import { type StoreProxy, startStoreProxy } from '../../support/store-proxy';
import { testStores, uniquePrefix } from '../../support/stores';
import { STORE_PASSWORD, stackVariables } from './secrets';

/** Processes at their most verbose, with known secrets, on stores that can be made unavailable. */
export interface CanaryStack extends ProcessStack {
  readonly prefix: string;
  readonly mongo: StoreProxy;
  /** A connection with all permissions. */
  readonly redis: Redis;
  readonly metricsUrls: readonly string[];
  readonly workerUrl: string;
  /** Makes Redis refuse the components' password. */
  readonly refuseRedisPassword: () => Promise<void>;
  readonly acceptRedisPassword: () => Promise<void>;
}

export const TTL_SECONDS = 3;
const SWEEP_SECONDS = 2;

/** Components with metrics. */
const MEASURED = ['gateway', 'catalog', 'reservation'] as const;

const redisUrlFor = (user: string): string => {
  const url = new URL(testStores().redisUrl);
  return `redis://${user}:${encodeURIComponent(STORE_PASSWORD)}@${url.host}`;
};

export const startCanaryStack = async (): Promise<CanaryStack> => {
  const { mongoUri, redisUrl } = testStores();
  const prefix = uniquePrefix();
  const user = `canary-${randomBytes(6).toString('hex')}`;
  const redis = new Redis(redisUrl);
  const setPassword = (password: string): Promise<unknown> =>
    redis.call('ACL', 'SETUSER', user, 'on', 'resetpass', `>${password}`, '~*', '&*', '+@all');
  await setPassword(STORE_PASSWORD);
  const mongo = await startStoreProxy(mongoUri);
  const metricsPorts = new Map<string, number>();
  for (const component of MEASURED) metricsPorts.set(component, await freePort());

  const stack = await startProcessStack({
    prefix,
    ttlSeconds: TTL_SECONDS,
    sweepSeconds: SWEEP_SECONDS,
    env: {
      ...stackVariables(),
      MONGO_URI: mongo.uri,
      REDIS_URL: redisUrlFor(user),
      LOG_LEVEL: 'trace',
      REFRESH_GRACE_SECONDS: '0',
      QUEUE_DASHBOARD: 'true',
    },
    rewireEnv: ({ component }) => ({
      // Both log formats.
      LOG_FORMAT: component === 'gateway' || component === 'auth' ? 'json' : 'text',
      METRICS_PORT: String(metricsPorts.get(component) ?? ''),
    }),
  });
  const worker = stack.instances.find(({ component }) => component === 'expiry-worker');
  return {
    ...stack,
    prefix,
    mongo,
    redis,
    metricsUrls: [...metricsPorts.values()].map((port) => `http://127.0.0.1:${port}/metrics`),
    workerUrl: `http://127.0.0.1:${worker?.port}`,
    refuseRedisPassword: async () => {
      await setPassword(randomBytes(18).toString('hex'));
      await redis.call('CLIENT', 'KILL', 'USER', user);
    },
    acceptRedisPassword: async () => {
      await setPassword(STORE_PASSWORD);
    },
    stop: async () => {
      await stack.stop();
      await mongo.stop();
      await redis.call('ACL', 'DELUSER', user);
      redis.disconnect();
    },
  };
};
