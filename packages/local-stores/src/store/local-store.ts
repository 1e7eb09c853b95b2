import { mkdirSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { textOf } from '../processes/text-of';
import { type Guardian, startGuardian } from '../supervision/guardian';
import { type KeepRunningOptions, keepRunning } from '../supervision/keep-running';
import type { RunningStore } from '../supervision/running-store';
import { createFaults, type StoreFaults } from '../supervision/store-faults';
import { LocalStoresError } from './local-stores-error';
import type { LocalStoresOptions } from './options';

/** One store, given or started. */
export interface LocalStore {
  readonly uri: string;
  /** The same data without the faults that the store makes on purpose; left out when it makes none. */
  readonly uriWithoutFaults?: string;
  /** What it is, for people. */
  readonly description: string;
  /** Absent for a store that was given: nobody else's server is ever touched. */
  readonly faults?: StoreFaults;
  /** From now on starts its programs again when one has ended. Absent for a store that was given. */
  readonly keepRunning?: (options: KeepRunningOptions) => void;
  /** Stops what was started for this store, in order, and nothing else. May be called twice. */
  stop(): Promise<void>;
}

/** What the start of a certain kind of store gets to work with. */
export interface StartContext extends Pick<LocalStoresOptions, 'env' | 'log' | 'signal'> {
  readonly guardian: Guardian;
  /** An existing folder of this store alone, held by the guardian. */
  readonly folder: string;
  /** Data must survive: in a throw-away store it need not reach the disk. */
  readonly isDurable: boolean;
}

/** A store that somebody else runs. */
export function givenStore(uri: string, variable: string): LocalStore {
  return { uri, description: `the one that ${variable} names`, stop: () => Promise.resolve() };
}

interface Home {
  readonly folder: string;
  readonly guardian: Guardian;
}

async function makeHome(options: LocalStoresOptions, name: string): Promise<Home> {
  const { dataDir, env } = options;
  const guardian = await startGuardian({ env, isThrowAway: dataDir === undefined });
  if (dataDir === undefined) {
    const folder = mkdtempSync(join(tmpdir(), `flashreserve-${name}-`));
    await guardian.removeAtEnd(folder);
    return { folder, guardian };
  }
  const folder = join(resolve(dataDir), name);
  mkdirSync(folder, { recursive: true });
  return { folder, guardian };
}

async function holdFolder({ folder, guardian }: Home): Promise<void> {
  try {
    await guardian.lock(folder);
  } catch (error) {
    throw new LocalStoresError(
      `${textOf(error)} Stop the other "npm start" that uses it, or choose another data folder.`,
    );
  }
}

/**
 * Starts a store under a guardian of its own.
 * @param name Its folder below the data folder.
 * @throws What `start` throws, after everything it started is stopped again.
 */
export async function startGuarded(
  options: LocalStoresOptions,
  name: string,
  start: (context: StartContext) => Promise<RunningStore>,
): Promise<LocalStore> {
  options.signal?.throwIfAborted();
  const home = await makeHome(options, name);
  const { guardian, folder } = home;
  // What waits for a program to answer fails when there is none any more.
  const giveUp = () => void guardian.shutdown();
  options.signal?.addEventListener('abort', giveUp, { once: true });
  try {
    await holdFolder(home);
    const { env, log, signal, dataDir } = options;
    const isDurable = dataDir !== undefined;
    const store = await start({ env, log, signal, guardian, folder, isDurable });
    return superviseStore(guardian, store);
  } catch (error) {
    await guardian.shutdown();
    throw error;
  } finally {
    options.signal?.removeEventListener('abort', giveUp);
  }
}

function superviseStore(guardian: Guardian, store: RunningStore): LocalStore {
  let stopKeeping = async () => {};
  return {
    uri: store.uri,
    ...(store.uriWithoutFaults !== undefined && { uriWithoutFaults: store.uriWithoutFaults }),
    description: store.description,
    faults: createFaults(guardian, store),
    keepRunning(options) {
      stopKeeping = keepRunning(guardian, store, options);
    },
    async stop() {
      const kept = stopKeeping();
      await guardian.shutdown();
      await kept;
    },
  };
}
