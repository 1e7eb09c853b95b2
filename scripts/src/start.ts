import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type LocalStores, LocalStoresError, startLocalStores } from '@flashreserve/local-stores';
import { parseScale, readBasePorts, readHost, readMetricsPlace } from './start/arguments';
import { createBanner } from './start/banner';
import { loadDevSecrets } from './start/dev-secrets';
import { devSwitches } from './start/dev-switches';
import { createLogWriter } from './start/log-writer';
import { ensurePortsAreFree } from './start/ports';
import { type Stack, startStack } from './start/stack';
import { stackEnvironment } from './start/stack-environment';
import { planInstances, restUrlOf } from './start/topology';
import { whenAskedToStop } from './start/when-asked-to-stop';
import { reportFailure, TaskError, type TaskInput } from './task';

const say = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

const startStores = async (dataDir: string): Promise<LocalStores> => {
  try {
    return await startLocalStores({ dataDir, env: process.env, log: say });
  } catch (error) {
    throw error instanceof LocalStoresError ? new TaskError(error.message) : error;
  }
};

const run = async ({ root, args }: TaskInput, asked: AbortSignal): Promise<void> => {
  if (existsSync(join(root, '.env'))) process.loadEnvFile(join(root, '.env'));
  const scale = parseScale(args);
  const host = readHost(process.env);
  const basePorts = readBasePorts(process.env);
  const metrics = readMetricsPlace(process.env);
  const places = { root, scale, host, basePorts, metrics };
  await ensurePortsAreFree(host, planInstances({ ...places, sharedEnv: {} }));

  const dataDir = join(root, '.data');
  mkdirSync(dataDir, { recursive: true });
  const secretsFile = join(dataDir, 'secrets.json');
  const runningFile = join(dataDir, 'running.json');
  const secrets = loadDevSecrets(secretsFile, process.env);
  const stores = await startStores(dataDir);
  let stack: Stack | undefined;
  try {
    const { mongoUri, redisUrl } = stores;
    const switches = devSwitches(process.env);
    const environment = stackEnvironment({ env: process.env, secrets, mongoUri, redisUrl });
    const sharedEnv = { ...environment, ...switches };
    const instances = planInstances({ ...places, sharedEnv });
    say('Starting the components ...');
    stack = await startStack(instances, {
      host,
      writeLine: createLogWriter(
        process.stdout,
        instances.map(({ label }) => label),
      ),
      onReady: ({ label, port }) => {
        say(`${label} is ready on port ${port}.`);
      },
      signal: asked,
    });
    const restUrl = restUrlOf(instances, host);
    const running = { mongoUri, redisUrl, restUrl, pid: process.pid };
    writeFileSync(runningFile, `${JSON.stringify(running)}\n`, { mode: 0o600 });
    const adminEmail = environment['ADMIN_EMAIL'] ?? '';
    say(
      await createBanner({
        instances,
        host,
        adminEmail,
        secrets,
        switches,
        stores: stores.description,
        secretsFile: '.data/secrets.json',
        livePage: process.env['LIVE_PAGE'] || 'true',
      }),
    );
    await new Promise((resolve) => {
      if (asked.aborted) resolve(undefined);
      asked.addEventListener('abort', resolve);
    });
  } finally {
    say('Stopping ...');
    rmSync(runningFile, { force: true });
    await stack?.stop();
    await stores.stop();
  }
};

/** Brings up stores and components, and keeps them up until it is asked to stop. */
export const main = async (input: TaskInput): Promise<void> => {
  const asked = whenAskedToStop(process);
  try {
    await run(input, asked);
    say('Stopped.');
  } catch (error) {
    if (!asked.aborted) reportFailure(error);
  }
  process.exit();
};
