import { runAudit } from '@flashreserve/audit';
import { planOnFreePorts } from '@flashreserve/scripts/start/free-ports';
import { type Stack, startStack } from '@flashreserve/scripts/start/stack';
import { type Instance, type Scale, SINGLE_INSTANCES } from '@flashreserve/scripts/start/topology';
import { findAuditProblems } from './audit-problems';
import { AUTH_PREFIX, benchEnvironment, HOST } from './bench-environment';
import { insertCatalogProducts } from './insert-products';
import { profileArguments } from './profile-arguments';
import { createProduct, login } from './rest-client';
import type { Site, System } from './system';
import { waitUntilAllSettled, waitUntilHeld } from './wait-until-settled';

/** Differences between the stacks of the benchmark. */
export interface FlashReserveSettings {
  readonly label: string;
  /** Prefix of databases and keys. */
  readonly prefix: string;
  readonly scale?: Partial<Scale>;
  readonly ttlSeconds: number;
  /** Variables that differ from their defaults. */
  readonly env?: Readonly<Record<string, string>>;
}

/** FlashReserve, with its specific operations. */
export interface FlashReserve extends System {
  readonly adminToken: string;
}

const SWEEP_SECONDS = 30;
const AUDIT_GRACE_MS = (SWEEP_SECONDS + 5) * 1_000;

const adapt = (instance: Instance, site: Site, prefix: string): Instance => ({
  ...instance,
  env: {
    ...instance.env,
    ...(instance.component === 'auth' ? { MONGO_DB_PREFIX: AUTH_PREFIX } : {}),
  },
  ...(site.cpuProfFolder === undefined
    ? {}
    : { nodeArguments: profileArguments(site.cpuProfFolder, `${prefix}-${instance.label}`) }),
});

const processesOf = (stack: Stack) =>
  stack.processes.flatMap(({ instance, pid }) => {
    const running = pid();
    return running === undefined ? [] : [{ name: instance.label, pid: running }];
  });

/**
 * Starts the compiled components like `npm start`, in production mode, and waits until all are
 * ready.
 */
export const startFlashReserve = async (
  site: Site,
  settings: FlashReserveSettings,
): Promise<FlashReserve> => {
  const { label, prefix, ttlSeconds } = settings;
  const environment = benchEnvironment(site);
  const planned = await planOnFreePorts({
    root: site.root,
    scale: { ...SINGLE_INSTANCES, ...settings.scale },
    host: HOST,
    sharedEnv: {
      ...environment,
      MONGO_DB_PREFIX: prefix,
      REDIS_PREFIX: prefix,
      RESERVATION_TTL_SECONDS: String(ttlSeconds),
      SWEEP_INTERVAL_SECONDS: String(SWEEP_SECONDS),
      ...settings.env,
    },
  });
  const lines: string[] = [];
  const stack = await startStack(
    planned.map((instance) => adapt(instance, site, prefix)),
    {
      host: HOST,
      writeLine: (name, line) => {
        lines.push(`${name}: ${line}`);
      },
      onReady: () => undefined,
      signal: site.signal,
    },
  ).catch((error: unknown) => {
    throw new Error(`The stack did not start:\n${lines.join('\n')}`, { cause: error });
  });
  const gateway = planned.find(({ component }) => component === 'gateway');
  const url = `http://${HOST}:${gateway?.port ?? 0}`;
  const adminToken = await login(
    url,
    environment['ADMIN_EMAIL'] ?? '',
    environment['ADMIN_PASSWORD'] ?? '',
  ).catch(async (error: unknown) => {
    await stack.stop();
    throw error;
  });
  return {
    label,
    url,
    prefix,
    adminToken,
    processes: () => processesOf(stack),
    createProduct: (stock) => createProduct(url, adminToken, stock),
    insertProducts: (count, stock) => insertCatalogProducts(site.mongoUri, prefix, count, stock),
    settle: async (productIds, units) => {
      await waitUntilHeld(site.mongoUri, prefix, productIds, units);
    },
    audit: async () => {
      const isSettled = await waitUntilAllSettled(site.mongoUri, prefix);
      const problems = findAuditProblems(
        await runAudit({
          mongoUri: site.mongoUri,
          dbPrefix: prefix,
          overdueGraceMs: AUDIT_GRACE_MS,
        }),
      );
      return isSettled ? problems : ['open holds and pending reservations differ', ...problems];
    },
    logLines: () => lines,
    stop: stack.stop,
  };
};
