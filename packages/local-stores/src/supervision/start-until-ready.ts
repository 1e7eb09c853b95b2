import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { tailOf } from '../processes/run-program';
import type { Guardian } from './guardian';
import type { ServiceSpec } from './guardian-protocol';

/** A program of a store. */
export interface ManagedService {
  readonly spec: ServiceSpec;
  /** Runs before each start of the program. */
  readonly beforeStart?: () => Promise<void>;
}

/** The programs of a store, and how to tell that it is ready. */
export interface ManagedStore {
  /** In start order. */
  readonly services: readonly ManagedService[];
  isReady(): Promise<boolean>;
  readonly deadlineMs: number;
}

/** After this many starts, a program that keeps exiting is given up. */
const STARTS_MAX = 3;
const ASK_INTERVAL_MS = 20;

function failureOf({ spec }: ManagedService, what: string): Error {
  return new Error(`${spec.command} ${what}:\n${tailOf(readFileSync(spec.logFile, 'utf8'))}`);
}

/**
 * Starts the programs that are not running, and restarts them if they exit, until the store is
 * ready.
 * @throws If a program keeps exiting, or the store is not ready within the deadline. The message
 * has the end of the log.
 */
export async function startUntilReady(guardian: Guardian, store: ManagedStore): Promise<void> {
  const end = performance.now() + store.deadlineMs;
  const starts = new Map<ManagedService, number>();
  for (;;) {
    for (const service of store.services) {
      if ((await guardian.pid(service.spec.name)) === undefined) {
        const count = (starts.get(service) ?? 0) + 1;
        if (count > STARTS_MAX) {
          throw failureOf(service, 'does not keep running');
        }
        starts.set(service, count);
        await service.beforeStart?.();
        await guardian.start(service.spec);
      }
    }
    if (await store.isReady()) {
      return;
    }
    const [last] = store.services.slice(-1);
    if (last !== undefined && performance.now() > end) {
      throw failureOf(last, 'does not answer');
    }
    await delay(ASK_INTERVAL_MS);
  }
}
