import { chmodSync, chownSync, existsSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { findSystemProgram } from '../machine/find-program';
import type { Environment } from '../processes/environment';
import { endProcessesIn } from '../processes/folder-processes';
import { runProgram } from '../processes/run-program';
import { type DataPlace, templatePlace } from './data-place';
import type { EngineFolder } from './engine-folder';

const COPY_DEADLINE_MS = 120_000;

/** Numeric ids of the root folder's user `postgres`; outside, they may belong to another name. */
function postgresIds(root: string): { readonly user: number; readonly group: number } {
  const line = /^postgres:[^:]*:(\d+):(\d+):/m.exec(readFileSync(join(root, 'etc/passwd'), 'utf8'));
  if (line === null) {
    throw new Error(`The root folder ${root} has no user postgres.`);
  }
  return { user: Number(line[1]), group: Number(line[2]) };
}

/** Makes PostgreSQL's user the owner of a folder, and denies access to everyone else but root. */
export function giveToPostgres(engine: EngineFolder, folder: string): void {
  const { user, group } = postgresIds(engine.root);
  chmodSync(folder, 0o700);
  chownSync(folder, user, group);
}

/**
 * Fills a new data folder with a copy of the template, which takes 0.2 s instead of 3 s for a new
 * cluster. Starts over after an interrupted copy.
 */
export async function fillDataFolder(
  env: Environment,
  engine: EngineFolder,
  place: DataPlace,
): Promise<void> {
  giveToPostgres(engine, place.hostFolder);
  const cluster = join(place.hostFolder, 'cluster');
  if (existsSync(cluster)) {
    return;
  }
  const unfinished = join(place.hostFolder, 'cluster.copying');
  rmSync(unfinished, { recursive: true, force: true });
  await runProgram({
    command: findSystemProgram(env, 'cp') ?? 'cp',
    arguments: [
      '-a',
      '--reflink=auto',
      join(templatePlace(engine).hostFolder, 'cluster'),
      unfinished,
    ],
    env,
    deadlineMs: COPY_DEADLINE_MS,
  });
  renameSync(unfinished, cluster);
}

/**
 * Cleans up after a crash of an earlier owner or of PostgreSQL: stops processes that still run on
 * this folder, and removes the pid file. PostgreSQL would refuse to start with either, even if the
 * pid now belongs to another program. The caller must hold the lock of the folder.
 */
export async function clearAfterCrash(dataFolder: string): Promise<void> {
  const cluster = join(dataFolder, 'cluster');
  await endProcessesIn(cluster, 'SIGINT');
  rmSync(join(cluster, 'postmaster.pid'), { force: true });
}
