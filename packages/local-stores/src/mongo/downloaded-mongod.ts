import { mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cacheFolder } from '../machine/cache-folder';
import { withProgress } from '../machine/progress';
import type { Environment } from '../processes/environment';
import { nodeArguments } from '../processes/node-entry';
import { ProgramFailedError, runProgram } from '../processes/run-program';
import type { LocalStoresOptions } from '../store/options';

/** A failed download is not retried for a day, because every start would wait for it. */
const RETRY_AFTER_MS = 86_400_000;
const DOWNLOAD_DEADLINE_MS = 300_000;
const PROXIES = ['HTTPS_PROXY', 'https_proxy', 'HTTP_PROXY', 'http_proxy'];

function hasFailedLately(marker: string, nowMs: number): boolean {
  try {
    return nowMs - statSync(marker).mtimeMs < RETRY_AFTER_MS;
  } catch {
    // The marker does not exist.
    return false;
  }
}

/** Marks a failed download. While it is younger than a day, no download is attempted. */
export function downloadFailureFile(env: Environment): string {
  return join(cacheFolder(env), 'mongodb', 'download-failed');
}

/** The last line of output of the last failed download; undefined if none has failed. */
export function whyDownloadFailed(env: Environment): string | undefined {
  try {
    return readFileSync(downloadFailureFile(env), 'utf8').trimEnd().split('\n').at(-1);
  } catch {
    // The marker does not exist.
    return undefined;
  }
}

/**
 * The path of MongoDB's `mongod`, downloaded once into the user's cache by
 * mongodb-memory-server-core.
 * @returns Undefined if the download fails: within seconds if there is no network, and immediately
 * for a day after that.
 */
export async function findDownloadedMongod({
  env,
  log,
  signal,
}: Pick<LocalStoresOptions, 'env' | 'log' | 'signal'>): Promise<string | undefined> {
  const folder = join(cacheFolder(env), 'mongodb');
  const marker = downloadFailureFile(env);
  if (hasFailedLately(marker, Date.now())) {
    return undefined;
  }
  mkdirSync(folder, { recursive: true });
  log('Looking for MongoDB in the cache; downloading it if it is missing.');
  // Behind a proxy, a direct connection proves nothing.
  const isProbing = PROXIES.every((name) => env[name] === undefined);
  try {
    const download = {
      command: process.execPath,
      arguments: [
        ...nodeArguments(join(__dirname, 'download-main')),
        folder,
        ...(isProbing ? ['probe'] : []),
      ],
      env,
      deadlineMs: DOWNLOAD_DEADLINE_MS,
      signal,
    };
    const output = await withProgress(log, 'Still downloading MongoDB', () => runProgram(download));
    rmSync(marker, { force: true });
    return output.trimEnd().split('\n').at(-1);
  } catch (error) {
    signal?.throwIfAborted();
    if (!(error instanceof ProgramFailedError)) {
      throw error;
    }
    writeFileSync(marker, error.message);
    log('MongoDB cannot be downloaded; the next attempt is in a day.');
    return undefined;
  }
}
