import { existsSync, mkdirSync, readdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { cacheFolder } from '../machine/cache-folder';
import { canInstallPackages, findDebianMirror, installPackages } from '../machine/debian';
import { findSystemProgram, withSystemPath } from '../machine/find-program';
import { withProgress } from '../machine/progress';
import type { Environment } from '../processes/environment';
import { type FolderLock, lockFolder } from '../processes/exclusive-folder';
import { runProgram } from '../processes/run-program';
import { type EngineBuild, type EngineFolder, engineFolderIn } from './engine-folder';
import { createTemplate } from './template';

/** Changes whenever the build changes, so that an older build in the cache is not used. */
const BUILD_NAME = 'documentdb-18-forky';
const SUITE = 'forky';
const PACKAGE = 'postgresql-18-documentdb';
const BUILD_DEADLINE_MS = 900_000;
/**
 * Replaces systemd-tmpfiles by `true` before it is installed. Where nothing can be mounted, the
 * packages' scripts have no /proc, without which it fails; nothing here needs it.
 */
const WITHOUT_TMPFILES = `chroot "$1" dpkg-divert --quiet --local --rename --add /usr/bin/systemd-tmpfiles && ln -s true "$1/usr/bin/systemd-tmpfiles"`;

/** Why DocumentDB cannot be used on this machine, as a sentence; undefined if it can. */
export function whyNoDocumentDb(env: Environment): string | undefined {
  if (process.platform !== 'linux') {
    return 'DocumentDB from Debian needs Linux.';
  }
  return canInstallPackages(env)
    ? undefined
    : 'DocumentDB can only be installed by root on Debian.';
}

async function buildRoot(build: EngineBuild, root: string): Promise<void> {
  const { env, log, signal } = build;
  if (findSystemProgram(env, 'mmdebstrap') === undefined) {
    log('Installing the package mmdebstrap.');
    const packages = ['mmdebstrap', 'debian-archive-keyring'];
    await installPackages(build, { packages, unwantedServices: [] });
  }
  const mirror = await findDebianMirror(env);
  if (mirror === undefined) {
    throw new Error("This machine's apt configuration has no Debian package source.");
  }
  await runProgram({
    command: findSystemProgram(env, 'mmdebstrap') ?? 'mmdebstrap',
    arguments: [
      '--variant=minbase',
      `--include=${PACKAGE}`,
      '--aptopt=APT::Install-Recommends "false"',
      // An outdated mirror is good enough for a development database.
      '--aptopt=Acquire::Check-Valid-Until "false"',
      '--dpkgopt=path-exclude=/usr/share/doc/*',
      '--dpkgopt=path-exclude=/usr/share/man/*',
      `--essential-hook=${WITHOUT_TMPFILES}`,
      SUITE,
      root,
      mirror,
    ],
    env: withSystemPath(env),
    deadlineMs: BUILD_DEADLINE_MS,
    signal,
    // mmdebstrap reports its steps in lines with this prefix.
    onLine: (line) => line.startsWith('I: ') && log(`  ${line.slice(3)}`),
  });
  signal?.throwIfAborted();
}

/**
 * Removes interrupted builds. Stays on one file system, so that it deletes nothing below a mount.
 */
async function removeLeftovers(env: Environment, cache: string): Promise<void> {
  const leftovers = readdirSync(cache).filter((name) => name.startsWith(`${BUILD_NAME}.building-`));
  if (leftovers.length > 0) {
    await runProgram({
      command: findSystemProgram(env, 'rm') ?? 'rm',
      arguments: ['-rf', '--one-file-system', ...leftovers.map((name) => join(cache, name))],
      env,
      deadlineMs: BUILD_DEADLINE_MS,
    });
  }
}

async function lockBuild(build: EngineBuild, finished: string): Promise<FolderLock> {
  const atOnce = await lockFolder(finished, 0);
  if (atOnce !== undefined) {
    return atOnce;
  }
  build.log('Waiting for another process to build DocumentDB.');
  const later = await lockFolder(finished, BUILD_DEADLINE_MS);
  if (later === undefined) {
    throw new Error('Another process has been building DocumentDB for 15 minutes.');
  }
  return later;
}

async function buildEngine(build: EngineBuild, cache: string, finished: string): Promise<void> {
  build.log(
    'Building DocumentDB from Debian packages. This happens once and takes about a minute.',
  );
  await removeLeftovers(build.env, cache);
  const unfinished = `${finished}.building-${process.pid}`;
  const folder = engineFolderIn(unfinished);
  mkdirSync(unfinished);
  await withProgress(build.log, 'Still building DocumentDB', async () => {
    await buildRoot(build, folder.root);
    await createTemplate(build, folder);
  });
  renameSync(unfinished, finished);
}

/**
 * Returns the engine from the cache, and builds it first if it is missing (about a minute, 700 MB).
 * One process builds; others wait for it. A build becomes visible only when it is complete.
 * @throws If packages cannot be fetched, or the build fails.
 */
export async function prepareEngineFolder(build: EngineBuild): Promise<EngineFolder> {
  const cache = cacheFolder(build.env);
  const finished = join(cache, BUILD_NAME);
  if (!existsSync(finished)) {
    mkdirSync(cache, { recursive: true });
    const lock = await lockBuild(build, finished);
    try {
      if (!existsSync(finished)) {
        await buildEngine(build, cache, finished);
      }
    } finally {
      await lock.release();
    }
  }
  return engineFolderIn(finished);
}
