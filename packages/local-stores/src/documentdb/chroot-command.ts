import { findSystemProgram } from '../machine/find-program';
import type { Environment } from '../processes/environment';
import type { DataPlace } from './data-place';

const POSTGRES_FOLDER = '/usr/lib/postgresql/18/bin';

/** A program and its arguments. */
export interface CommandLine {
  readonly command: string;
  readonly arguments: readonly string[];
}

/** The environment of PostgreSQL inside the root folder; contains nothing of the caller's. */
export const CHROOT_ENVIRONMENT: Readonly<Record<string, string>> = {
  PATH: '/usr/sbin:/usr/bin:/sbin:/bin',
  LC_ALL: 'C.UTF-8',
  TZ: 'UTC',
};

function programOf(env: Environment, name: string): string {
  const program = findSystemProgram(env, name);
  if (program === undefined) {
    throw new Error(`The program ${name} is not installed.`);
  }
  return program;
}

/**
 * Mounts the data folder into the root folder, then executes another program in the same process.
 * The mount is in the mount namespace of that process: no other process sees it, and it ends with
 * the process, even in a crash.
 */
export function mountCommand(
  env: Environment,
  root: string,
  place: DataPlace,
  next: readonly string[],
): CommandLine {
  const script = `mount --bind "$1" "$2" && shift 2 && exec "$@"`;
  return {
    command: programOf(env, 'unshare'),
    arguments: [
      ...['--mount', '--propagation', 'private', '--', programOf(env, 'sh'), '-c', script, 'sh'],
      ...[place.hostFolder, `${root}${place.innerFolder}`, ...next],
    ],
  };
}

/**
 * Runs a PostgreSQL program inside the root folder, as its user `postgres`. Each step executes the
 * next in the same process, so the process id of the command is that of the program.
 */
export function chrootCommand(
  env: Environment,
  root: string,
  place: DataPlace,
  program: string,
  ...parameters: readonly string[]
): CommandLine {
  const inside = [
    '--userspec=postgres:postgres',
    root,
    `${POSTGRES_FOLDER}/${program}`,
    ...parameters,
  ];
  const chroot = programOf(env, 'chroot');
  return place.isMounted
    ? mountCommand(env, root, place, [chroot, ...inside])
    : { command: chroot, arguments: inside };
}
