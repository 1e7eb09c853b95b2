import { randomBytes } from 'node:crypto';
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import type { Environment } from '../processes/environment';
import { ProgramFailedError, runProgram } from '../processes/run-program';
import { CHROOT_ENVIRONMENT, mountCommand } from './chroot-command';
import { type DataPlace, INNER_DATA_FOLDER } from './data-place';
import type { EngineFolder } from './engine-folder';

const MOUNT_POINT = '/srv';
const OWNER_FILE = 'owner';
const MOUNT_DEADLINE_MS = 10_000;
/** A folder that another start is creating has no owner file yet. */
const UNOWNED_AGE_MS = 3_600_000;

async function canMount(env: Environment, root: string, folder: string): Promise<boolean> {
  const place = { hostFolder: folder, innerFolder: MOUNT_POINT, isMounted: true };
  try {
    await runProgram({
      ...mountCommand(env, root, place, ['true']),
      env: CHROOT_ENVIRONMENT,
      deadlineMs: MOUNT_DEADLINE_MS,
    });
    return true;
  } catch (error) {
    if (error instanceof ProgramFailedError) {
      return false;
    }
    throw error;
  }
}

function linkTarget(path: string): string | undefined {
  try {
    return lstatSync(path).isSymbolicLink() ? readlinkSync(path) : undefined;
  } catch {
    // Nothing is there.
    return undefined;
  }
}

/**
 * Removes data inside the root folder whose link is gone, because its user deleted the data folder.
 */
function removeAbandoned(root: string): void {
  const parent = join(root, INNER_DATA_FOLDER);
  for (const name of readdirSync(parent).filter((each) => each.startsWith('data-'))) {
    const folder = join(parent, name);
    const ownerFile = join(folder, OWNER_FILE);
    const isAbandoned = existsSync(ownerFile)
      ? linkTarget(readFileSync(ownerFile, 'utf8')) !== folder
      : Date.now() - statSync(folder).mtimeMs > UNOWNED_AGE_MS;
    if (isAbandoned) {
      rmSync(folder, { recursive: true, force: true });
    }
  }
}

function placeInside(root: string, link: string): DataPlace {
  removeAbandoned(root);
  const innerFolder = `${INNER_DATA_FOLDER}/data-${randomBytes(8).toString('hex')}`;
  const folder = join(root, innerFolder);
  // The link comes first: a folder with an owner file but without its link counts as abandoned.
  symlinkSync(folder, link);
  mkdirSync(folder);
  writeFileSync(join(folder, OWNER_FILE), link);
  return { hostFolder: link, innerFolder, isMounted: false };
}

/**
 * Finds the data place of an earlier start, or creates a new one.
 * @param link Path of the data outside the root folder.
 * @throws If the data of an earlier start needs a mount, and this process may not mount.
 */
export async function prepareDataPlace(
  env: Environment,
  engine: EngineFolder,
  link: string,
): Promise<DataPlace> {
  const target = linkTarget(link);
  if (target?.startsWith(join(engine.root, INNER_DATA_FOLDER)) && existsSync(target)) {
    const innerFolder = target.slice(engine.root.length);
    return { hostFolder: link, innerFolder, isMounted: false };
  }
  if (target !== undefined) {
    // Its target was deleted together with the cache.
    rmSync(link);
  }
  const hadData = existsSync(link);
  mkdirSync(link, { recursive: true });
  if (await canMount(env, engine.root, link)) {
    return { hostFolder: link, innerFolder: MOUNT_POINT, isMounted: true };
  }
  if (hadData) {
    throw new Error(`The data in ${link} can only be used where this process may mount folders.`);
  }
  rmSync(link, { recursive: true });
  return placeInside(engine.root, link);
}
