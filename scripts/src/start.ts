import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { LocalStores } from '@flashreserve/local-stores';
import { ensureStoresAnswer } from './environment/given-stores';
import { prepareEnvironment } from './environment/read-environment';
import { parseScale, readPlaces } from './start/arguments';
import { createBanner } from './start/banner';
import { checkConfiguration } from './start/check-configuration';
import { loadDevSecrets } from './start/dev-secrets';
import { devSwitches } from './start/dev-switches';
import { createLogWriter } from './start/log-writer';
import { ensurePortsAreFree } from './start/ports';
import { type Stack, startStack } from './start/stack';
import { stackEnvironment } from './start/stack-environment';
import { startStores } from './start/stores';
import { planInstances, restUrlOf } from './start/topology';
import { whenAskedToStop } from './start/when-asked-to-stop';
import { reportFailure, say, TaskError, type TaskInput } from './task';

/** A store given by its address may be starting at the same time. */
const GIVEN_STORE_TIMEOUT_MS = 10_000;
const SECRETS_FILE = '.data/secrets.json';

/** All checks that need nothing to be running. */
const prepare = async ({ root, args }: TaskInput) => {
  const scale = parseScale(args);
  const { env } = process;
  prepareEnvironment(root, env);
  mkdirSync(join(root, '.data'), { recursive: true });
  const secrets = loadDevSecrets(join(root, SECRETS_FILE), env);
  const [mongoUri, redisUrl] = [env['MONGO_URI'] ?? '', env['REDIS_URL'] ?? ''];
  const switches = devSwitches(env);
  const stackEnv: Readonly<Record<string, string>> = {
    ...stackEnvironment({ env, secrets, mongoUri, redisUrl }),
    ...switches,
  };
  checkConfiguration({ root, env, stackEnv });
  const places = { root, scale, ...readPlaces(env) };
  await ensurePortsAreFree(places.host, planInstances({ ...places, sharedEnv: {} }));
  await ensureStoresAnswer({ mongoUri, redisUrl }, { timeoutMs: GIVEN_STORE_TIMEOUT_MS, say });
  return { secrets, switches, stackEnv, places };
};

/** Resolves when it is time to stop. Restarts a store that exits meanwhile. */
const untilAskedOrLost = (stores: LocalStores, asked: AbortSignal): Promise<void> =>
  new Promise((resolve, reject) => {
    const onLost = (error: Error): void => reject(new TaskError(error.message));
    stores.keepRunning({ log: say, onLost });
    if (asked.aborted) resolve();
    asked.addEventListener('abort', () => resolve());
  });

const run = async (input: TaskInput, asked: AbortSignal): Promise<void> => {
  const { root } = input;
  const { secrets, switches, stackEnv, places } = await prepare(input);
  const dataDir = join(root, '.data');
  const runningFile = join(dataDir, 'running.json');
  const stores = await startStores({ dataDir, env: process.env, say, signal: asked });
  let stack: Stack | undefined;
  try {
    const { mongoUri, redisUrl } = stores;
    const sharedEnv = { ...stackEnv, MONGO_URI: mongoUri, REDIS_URL: redisUrl };
    const instances = planInstances({ ...places, sharedEnv });
    say('Starting the components ...');
    stack = await startStack(instances, {
      host: places.host,
      writeLine: createLogWriter(
        process.stdout,
        instances.map(({ label }) => label),
      ),
      onReady: ({ label, port }) => {
        say(`${label} is ready on port ${port}.`);
      },
      signal: asked,
    });
    const restUrl = restUrlOf(instances, places.host);
    const running = { mongoUri, redisUrl, restUrl, pid: process.pid };
    writeFileSync(runningFile, `${JSON.stringify(running)}\n`, { mode: 0o600 });
    say(
      await createBanner({
        instances,
        host: places.host,
        adminEmail: stackEnv['ADMIN_EMAIL'] ?? '',
        secrets,
        switches,
        stores: stores.description,
        secretsFile: SECRETS_FILE,
        livePage: process.env['LIVE_PAGE'] || 'true',
      }),
    );
    await untilAskedOrLost(stores, asked);
  } finally {
    say('Stopping ...');
    rmSync(runningFile, { force: true });
    await stack?.stop();
    await stores.stop();
  }
};

/** Starts stores and components, and keeps them running until it is asked to stop. */
export const main = async (input: TaskInput): Promise<void> => {
  const asked = whenAskedToStop(process);
  try {
    await run(input, asked);
    say('Stopped.');
  } catch (error) {
    if (asked.aborted) say('Stopped.');
    else reportFailure(error);
  }
  process.exit();
};
