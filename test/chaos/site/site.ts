import { createWriteStream, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { type Environment, type StoreFaults, startLocalStores } from '@flashreserve/local-stores';
import { makeSecrets } from '@flashreserve/scripts/start/dev-secrets';
import { planOnFreePorts } from '@flashreserve/scripts/start/free-ports';
import { waitUntilReady } from '@flashreserve/scripts/start/readiness';
import { type Stack, startStack } from '@flashreserve/scripts/start/stack';
import { stackEnvironment } from '@flashreserve/scripts/start/stack-environment';
import type { ComponentName, Scale } from '@flashreserve/scripts/start/topology';
import { createNetwork, type Network } from './network';

/** A process of the stack, as seen by faults. */
export interface TargetProcess {
  readonly label: string;
  readonly component: ComponentName;
  /** Undefined while it is down. */
  readonly pid: () => number | undefined;
  /** Environment of its next start. */
  readonly env: Record<string, string>;
  /** Resolves once it reports ready. */
  readonly ready: () => Promise<void>;
}

/**
 * Everything that faults can affect: the real components on private stores, with a proxy on every
 * connection.
 */
export interface Site {
  /** Base URL of each gateway. */
  readonly urls: readonly string[];
  readonly admin: { readonly email: string; readonly password: string };
  /** Never in faults mode; for the checker. */
  readonly mongoUri: string;
  /** The kind of database. */
  readonly store: string;
  readonly redisUrl: string;
  /** Prefix of databases and keys. */
  readonly prefix: string;
  readonly processes: readonly TargetProcess[];
  readonly stores: { readonly mongo: StoreFaults; readonly redis: StoreFaults };
  readonly network: Network;
  readonly stop: () => Promise<void>;
}

export interface SiteSettings {
  readonly root: string;
  /** For the output of the components. */
  readonly folder: string;
  readonly scale: Scale;
  readonly ttlSeconds: number;
  readonly sweepSeconds: number;
  /** Activates failpoints in all components; undefined activates none. */
  readonly failpointsSeed: number | undefined;
  readonly environment: Environment;
  /** Whether the database fails at random, like a degraded replica set. */
  readonly storeFaultsSeed?: number | undefined;
  readonly signal: AbortSignal;
  /** Connects every process through proxies, which cost time. */
  readonly proxied: boolean;
}

const HOST = '127.0.0.1';
const PREFIX = 'chaos';
/** Share of the database's commands that fail in faults mode. */
const STORE_FAULTS_RATE = 0.02;
const READY_TIMEOUT_MS = 60_000;

const dataFolder = ({ folder }: SiteSettings): string => join(folder, 'data');

/** Always private stores, whatever the environment says, because faults must not affect others. */
const startStores = async (settings: SiteSettings) => {
  const { MONGO_URI: _mongo, REDIS_URL: _redis, ...given } = settings.environment;
  const seed = settings.storeFaultsSeed;
  const faults = seed === undefined ? undefined : `${seed}:${STORE_FAULTS_RATE}`;
  const env = { ...given, FLASHRESERVE_STORE_FAULTS: faults };
  const dataDir = dataFolder(settings);
  rmSync(dataDir, { recursive: true, force: true });
  // In its own folder, because only then are the stores configured to survive a crash.
  const stores = await startLocalStores({ dataDir, env, log: () => undefined });
  const { mongo, redis } = stores.faults;
  if (mongo === undefined || redis === undefined) throw new Error('The stores cannot be broken.');
  return { ...stores, faults: { mongo, redis } };
};

const environmentOf = (
  settings: SiteSettings,
  stores: { readonly mongoUri: string; readonly redisUrl: string },
): Readonly<Record<string, string>> => ({
  ...stackEnvironment({ env: {}, secrets: makeSecrets(), ...stores }),
  // Failpoints and wrong clocks are rejected in production.
  NODE_ENV: 'test',
  LOG_LEVEL: 'warn',
  LOG_FORMAT: 'json',
  MONGO_DB_PREFIX: PREFIX,
  REDIS_PREFIX: PREFIX,
  RESERVATION_TTL_SECONDS: String(settings.ttlSeconds),
  SWEEP_INTERVAL_SECONDS: String(settings.sweepSeconds),
  ...(settings.failpointsSeed === undefined
    ? {}
    : { FAILPOINTS_SEED: String(settings.failpointsSeed) }),
});

const openLog = (folder: string) => {
  mkdirSync(folder, { recursive: true });
  const file = createWriteStream(join(folder, 'components.log'));
  return {
    writeLine: (label: string, line: string): void => {
      file.write(`${new Date().toISOString()} ${label} ${line}\n`);
    },
    close: () => new Promise<void>((done) => file.end(done)),
  };
};

/** Starts everything; resolves once every component is ready. */
export const startSite = async (settings: SiteSettings): Promise<Site> => {
  const stores = await startStores(settings);
  const log = openLog(settings.folder);
  const env = environmentOf(settings, stores);
  const planned = await planOnFreePorts({
    root: settings.root,
    scale: settings.scale,
    host: HOST,
    sharedEnv: env,
  });
  const network = createNetwork((port) => planned.find((item) => item.port === port)?.label);
  let stack: Stack | undefined;
  const stop = async (): Promise<void> => {
    await stack?.stop();
    await network.stop();
    await stores.stop();
    await log.close();
    rmSync(dataFolder(settings), { recursive: true, force: true });
  };
  try {
    const clockFile = join(settings.root, 'test/chaos/site/skewed-clock.cjs');
    const targets = [];
    for (const instance of planned) {
      const wired = settings.proxied ? await network.rewire(instance) : instance;
      const own: Record<string, string> = { ...wired.env };
      targets.push({ ...wired, env: own, nodeArguments: ['--require', clockFile] });
    }
    stack = await startStack(targets, {
      host: HOST,
      writeLine: log.writeLine,
      onReady: () => undefined,
      signal: settings.signal,
    });
    const running = stack.processes;
    return {
      urls: planned
        .filter(({ component }) => component === 'gateway')
        .map(({ port }) => `http://${HOST}:${port}`),
      admin: { email: env['ADMIN_EMAIL'] ?? '', password: env['ADMIN_PASSWORD'] ?? '' },
      mongoUri: stores.mongoUriWithoutFaults,
      store: stores.description.mongo,
      redisUrl: stores.redisUrl,
      prefix: PREFIX,
      processes: targets.map((instance) => ({
        label: instance.label,
        component: instance.component,
        env: instance.env,
        pid: () => running.find((process) => process.instance === instance)?.pid(),
        ready: () =>
          waitUntilReady(instance, HOST, { timeoutMs: READY_TIMEOUT_MS, signal: settings.signal }),
      })),
      stores: stores.faults,
      network,
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
};
