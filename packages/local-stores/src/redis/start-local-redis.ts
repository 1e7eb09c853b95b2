import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { canInstallPackages, installPackages } from '../machine/debian';
import { findOnPath, findSystemProgram } from '../machine/find-program';
import { endProcessesIn } from '../processes/folder-processes';
import { findFreePort } from '../processes/free-port';
import { textOf } from '../processes/text-of';
import { givenStore, type LocalStore, type StartContext, startGuarded } from '../store/local-store';
import { LocalStoresError } from '../store/local-stores-error';
import type { LocalStoresOptions } from '../store/options';
import type { RunningStore } from '../supervision/running-store';
import { startUntilReady } from '../supervision/start-until-ready';
import { answersPing, redisService } from './redis-service';

const SERVICE = 'redis';
const READY_DEADLINE_MS = 30_000;

function nothingWorks(reason: string): LocalStoresError {
  return new LocalStoresError(
    [
      'No Redis could be found or started. Do one of the following:',
      '  - Install Redis or Valkey, so that redis-server or valkey-server is on PATH.',
      '  - Set REDIS_URL to the address of a server that you may use.',
      "  - As root on Debian or Ubuntu, run again: redis-server is then installed from the distribution's packages.",
      '  - With Docker, run this line and start again with REDIS_URL=redis://127.0.0.1:6379:',
      '      docker run -d --name flashreserve-redis -p 127.0.0.1:6379:6379 redis:7.4-alpine redis-server --appendonly yes --maxmemory-policy noeviction',
      `The last attempt said: ${reason}`,
    ].join('\n'),
  );
}

async function installRedis(context: StartContext): Promise<string | undefined> {
  const { env, log } = context;
  if (!canInstallPackages(env)) {
    throw nothingWorks('Packages can only be installed by root on Debian or Ubuntu.');
  }
  log(
    "Installing redis-server from the distribution's packages, without starting it as a service.",
  );
  try {
    const wanted = { packages: ['redis-server'], unwantedServices: ['redis-server'] };
    await installPackages(context, wanted);
  } catch (error) {
    throw nothingWorks(textOf(error));
  }
  return findSystemProgram(env, 'redis-server');
}

async function startRedis(context: StartContext): Promise<RunningStore> {
  const { env, guardian, folder } = context;
  const program =
    findOnPath(env, ['redis-server', 'valkey-server']) ?? (await installRedis(context));
  if (program === undefined) {
    throw nothingWorks('The package redis-server contains no program of that name.');
  }
  const dataFolder = join(folder, 'data');
  mkdirSync(dataFolder, { recursive: true });
  const port = await findFreePort();
  const logFile = join(folder, 'redis.log');
  const spec = redisService({ name: SERVICE, program, port, folder: dataFolder, logFile });
  const start = () =>
    startUntilReady(guardian, {
      services: [{ spec, beforeStart: () => endProcessesIn(dataFolder, 'SIGTERM') }],
      isReady: () => answersPing(port),
      deadlineMs: READY_DEADLINE_MS,
    });
  await start();
  return {
    uri: `redis://127.0.0.1:${port}`,
    description: `${program} on a private port`,
    services: [SERVICE],
    start,
  };
}

/**
 * Uses the Redis at `REDIS_URL`, or starts a Redis or Valkey server found on PATH or installed from
 * the distribution's packages. A started one keeps an append-only file and never evicts a key.
 * @throws {LocalStoresError} If none of these works.
 */
export async function startLocalRedis(options: LocalStoresOptions): Promise<LocalStore> {
  const given = options.env['REDIS_URL'];
  if (given !== undefined && given !== '') {
    return givenStore(given, 'REDIS_URL');
  }
  return startGuarded(options, 'redis', startRedis);
}
