import { appendFileSync, existsSync, mkdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { installExtension } from '@flashreserve/documentdb-wire';
import { runProgram } from '../processes/run-program';
import { startGuardian } from '../supervision/guardian';
import { CHROOT_ENVIRONMENT, chrootCommand } from './chroot-command';
import { giveToPostgres } from './data-folder';
import { type DataPlace, templatePlace } from './data-place';
import type { EngineBuild, EngineFolder } from './engine-folder';
import { postgresService } from './postgres-service';
import { clusterOf, INCLUDE_SETTINGS, writeSettings } from './postgres-settings';

const INIT_DEADLINE_MS = 60_000;
const SERVICE = 'template';

async function initialize(build: EngineBuild, root: string, place: DataPlace): Promise<void> {
  await runProgram({
    ...chrootCommand(
      build.env,
      root,
      place,
      'initdb',
      ...['-D', clusterOf(place), '-U', 'postgres', '--no-sync', '--auth=reject'],
      ...['--no-instructions', '--encoding=UTF8', '--locale=C.UTF-8'],
    ),
    env: CHROOT_ENVIRONMENT,
    deadlineMs: INIT_DEADLINE_MS,
  });
  const cluster = join(place.hostFolder, 'cluster');
  appendFileSync(join(cluster, 'postgresql.conf'), INCLUDE_SETTINGS);
}

async function prepareCluster(build: EngineBuild, root: string, place: DataPlace): Promise<void> {
  const { env } = build;
  const logFile = join(dirname(place.hostFolder), 'template.log');
  const guardian = await startGuardian({ env, isThrowAway: false });
  try {
    writeSettings(place, false);
    const options = { env, root, place, logFile };
    await guardian.start(postgresService(SERVICE, options));
    if (!(await installExtension(place.hostFolder, INIT_DEADLINE_MS))) {
      throw new Error(`PostgreSQL did not start; its log is ${logFile}.`);
    }
    await guardian.stop(SERVICE);
  } finally {
    await guardian.shutdown();
  }
  if (existsSync(join(place.hostFolder, 'cluster', 'postmaster.pid'))) {
    throw new Error('PostgreSQL did not shut down cleanly.');
  }
  rmSync(logFile);
}

/**
 * Creates a database cluster with the extension, and leaves it stopped: each data folder is a copy
 * of it.
 */
export async function createTemplate(build: EngineBuild, engine: EngineFolder): Promise<void> {
  const place = templatePlace(engine);
  mkdirSync(place.hostFolder, { recursive: true });
  giveToPostgres(engine, place.hostFolder);
  await initialize(build, engine.root, place);
  await prepareCluster(build, engine.root, place);
}
