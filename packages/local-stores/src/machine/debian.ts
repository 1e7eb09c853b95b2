import { readFileSync } from 'node:fs';
import type { Environment } from '../processes/environment';
import { lockFolder } from '../processes/exclusive-folder';
import { runProgram } from '../processes/run-program';
import { findSystemProgram, withSystemPath } from './find-program';
import { withProgress } from './progress';

const APT_DEADLINE_MS = 300_000;
const QUERY_DEADLINE_MS = 20_000;

/** Whether this process may install packages: root on Debian, Ubuntu or a derivative. */
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
 * Installs packages without starting their services, now or at the next boot: `policy-rc.d` is
 * Debian's way to forbid it. The shell removes that file even if this process is killed meanwhile.
 */
const INSTALL_SCRIPT = `
packages=$1 services=$2 policy=/usr/sbin/policy-rc.d
if [ ! -e "$policy" ]; then
  trap 'rm -f "$policy"' EXIT
  trap 'exit 143' HUP INT TERM
  printf '#!/bin/sh\\nexit 101\\n' > "$policy"
  chmod 755 "$policy"
fi
set -e
# Unlike "install", "update" does not wait for another apt on this machine.
attempt=1
until apt-get update; do
  [ "$attempt" -lt 5 ] || exit 100
  attempt=$((attempt + 1))
  sleep 3
done
apt-get -o DPkg::Lock::Timeout=120 install --yes --no-install-recommends $packages
if [ -n "$services" ] && command -v systemctl > /dev/null; then
  systemctl disable $services
fi`;

/** Packages to install, and services of theirs to disable. */
export interface Installation {
  readonly packages: readonly string[];
  readonly unwantedServices: readonly string[];
}

/** Where apt keeps its state. Whoever locks this folder is our only process that uses apt. */
const APT_STATE_FOLDER = '/var/lib/apt';

/**
 * Installs packages of the distribution without starting their services. Concurrent installations,
 * as of both stores, wait for each other.
 */
export async function installPackages(
  { env, log }: { readonly env: Environment; readonly log: (line: string) => void },
  { packages, unwantedServices }: Installation,
): Promise<void> {
  const lock = await lockFolder(APT_STATE_FOLDER, APT_DEADLINE_MS);
  if (lock === undefined) {
    throw new Error('Another installation of packages did not finish in time.');
  }
  try {
    const install = {
      command: programOf(env, 'sh'),
      arguments: ['-c', INSTALL_SCRIPT, 'sh', packages.join(' '), unwantedServices.join(' ')],
      env: { ...withSystemPath(env), DEBIAN_FRONTEND: 'noninteractive' },
      deadlineMs: APT_DEADLINE_MS,
      deadlineSignal: 'SIGTERM',
    } as const;
    // Not cancellable: a half-installed package would block every later installation.
    await withProgress(log, `Still installing ${packages.join(' and ')}`, () =>
      runProgram(install),
    );
  } finally {
    await lock.release();
  }
}

/** The Debian mirror in this machine's apt configuration. */
export async function findDebianMirror(env: Environment): Promise<string | undefined> {
  const lines = await runProgram({
    command: programOf(env, 'apt-get'),
    arguments: ['indextargets', '--format', '$(ORIGIN)\t$(LABEL)\t$(REPO_URI)'],
    env: withSystemPath(env),
    deadlineMs: QUERY_DEADLINE_MS,
  });
  return lines
    .split('\n')
    .map((line) => line.split('\t'))
    .find(([origin, label]) => origin === 'Debian' && label === 'Debian')?.[2];
}
