import { readFileSync } from 'node:fs';
import type { Environment } from '../options';
import { findSystemProgram } from './find-program';
import { runProgram } from './run-program';

const APT_DEADLINE_MS = 300_000;
const QUERY_DEADLINE_MS = 20_000;

/** True where this process may install packages: root on Debian, Ubuntu or a relative of them. */
export function canInstallPackages(env: Environment): boolean {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) {
    return false;
  }
  return findSystemProgram(env, 'apt-get') !== undefined && isDebianLike();
}

function isDebianLike(): boolean {
  try {
    return /^ID(_LIKE)?=.*\b(debian|ubuntu)\b/m.test(readFileSync('/etc/os-release', 'utf8'));
  } catch {
    return false;
  }
}

function programOf(env: Environment, name: string): string {
  const program = findSystemProgram(env, name);
  if (program === undefined) {
    throw new Error(`The program ${name} is not installed.`);
  }
  return program;
}

/**
 * Installs packages of the distribution. None of them starts a service: `RUNLEVEL=1` makes the packages'
 * own start scripts believe that the machine is in single-user mode.
 */
export async function installPackages(
  env: Environment,
  packages: readonly string[],
): Promise<void> {
  const apt = programOf(env, 'apt-get');
  const quiet = { ...env, DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1', LC_ALL: 'C' };
  const run = (...parameters: string[]) =>
    runProgram({
      command: apt,
      arguments: ['-o', 'DPkg::Lock::Timeout=120', ...parameters],
      env: quiet,
      deadlineMs: APT_DEADLINE_MS,
    });
  await run('update');
  await run('install', '--yes', '--no-install-recommends', ...packages);
}

/** Where Debian's packages come from on this machine, from its own apt configuration. */
export async function findDebianMirror(env: Environment): Promise<string | undefined> {
  const lines = await runProgram({
    command: programOf(env, 'apt-get'),
    arguments: ['indextargets', '--format', '$(ORIGIN)\t$(LABEL)\t$(REPO_URI)'],
    env: { ...env, LC_ALL: 'C' },
    deadlineMs: QUERY_DEADLINE_MS,
  });
  return lines
    .split('\n')
    .map((line) => line.split('\t'))
    .find(([origin, label]) => origin === 'Debian' && label === 'Debian')?.[2];
}
