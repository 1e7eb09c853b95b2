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

/** A store given by its address, or started here. */
export interface LocalStore {
  readonly uri: string;
  /** The same data without faults. Absent outside faults mode. */
  readonly uriWithoutFaults?: string;
  /** Human-readable name. */
  readonly description: string;
  /** Absent for a store that was given by its address, because it was not started here. */
  readonly faults?: StoreFaults;
  /** From now on restarts programs that have exited. Absent for a store given by its address. */
  readonly keepRunning?: (options: KeepRunningOptions) => void;
  /** Stops what was started for this store, and nothing else. Idempotent. */
  stop(): Promise<void>;
}

/** What starting a store needs. */
export interface StartContext extends Pick<LocalStoresOptions, 'env' | 'log' | 'signal'> {
  readonly guardian: Guardian;
  /** The store's own folder. It exists, and the guardian holds its lock. */
  readonly folder: string;
  /** Whether data must survive a power cut; data of temporary stores need not reach the disk. */
  readonly isDurable: boolean;
}

/** A store given by its address. */
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
 * Starts a store under its own guardian process.
 * @param name Its folder below the data folder.
 * @throws What `start` throws, after stopping everything that it started.
 */
export async function startGuarded(
  options: LocalStoresOptions,
  name: string,
  start: (context: StartContext) => Promise<RunningStore>,
): Promise<LocalStore> {
  options.signal?.throwIfAborted();
  const home = await makeHome(options, name);
  const { guardian, folder } = home;
  // Without a guardian, whatever waits for a program to answer fails.
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
