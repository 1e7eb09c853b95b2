import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import type { Environment } from '../processes/environment';

/** Folders of system programs, for users whose PATH lacks them. */
const SYSTEM_FOLDERS = [
  '/usr/local/sbin',
  '/usr/local/bin',
  '/usr/sbin',
  '/usr/bin',
  '/sbin',
  '/bin',
];

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}

function findIn(folders: readonly string[], names: readonly string[]): string | undefined {
  return names
    .flatMap((name) =>
      folders.filter((folder) => folder !== '').map((folder) => join(folder, name)),
    )
    .find(isProgram);
}

/** The absolute path of the first of these programs that is on PATH. */
export function findOnPath(env: Environment, names: readonly string[]): string | undefined {
  return findIn((env['PATH'] ?? '').split(delimiter), names);
}

/** Like {@link findOnPath}, but also searches the system folders: for tools such as `chroot`. */
export function findSystemProgram(env: Environment, name: string): string | undefined {
  return findOnPath(env, [name]) ?? findIn(SYSTEM_FOLDERS, [name]);
}

/** The environment with the system folders added to PATH, so that system tools find each other. */
export function withSystemPath(env: Environment): Environment {
  const own = (env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
  return { ...env, PATH: [...own, ...SYSTEM_FOLDERS].join(delimiter), LC_ALL: 'C' };
}
