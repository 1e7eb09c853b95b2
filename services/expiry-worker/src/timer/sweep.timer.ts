import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from '@flashreserve/ops';
import { failureFields, isOutage } from '../application/failure-fields';

export interface SweepTimer {
  /** Sweeps at once and then periodically. */
  readonly start: () => void;
  /** Aborts the current sweep and starts no further one. */
  readonly stop: () => Promise<void>;
}

export interface SweepTimerDeps {
  /** Returns how many holds it could not settle; throws if it could not list them all. */
  readonly sweep: (signal: AbortSignal) => Promise<{ readonly failed: number }>;
  readonly intervalMs: number;
  readonly log: Logger;
  /** 0 to 1; jitter that keeps several workers from sweeping in step. */
  readonly random?: () => number;
  /** Resolves after `ms`, or rejects when the signal aborts. */
  readonly pause?: (ms: number, signal: AbortSignal) => Promise<void>;
  /** Monotonic time in milliseconds. */
  readonly elapsedMs?: () => number;
}

/**
 * Time between the starts of two sweeps, as a share of the interval. Together with the sweep's
 * grace of a tenth of the interval, a hold is released at the latest one interval after its expiry.
 */
const SHARE_MIN = 0.7;
const SHARE_SPREAD = 0.2;
/**
 * First retry delay after an incomplete sweep; doubles with each failure, up to the regular pause.
 */
const RETRY_MS = 1_000;
/** Minimum pause between two sweeps, even when one takes longer than the interval. */
const REST_MS_MIN = 100;

const sleepUntilAborted = (ms: number, signal: AbortSignal): Promise<void> =>
  sleep(ms, undefined, { signal });

/**
 * Runs the sweep on a jittered timer. Sweeps never overlap, and a failure never stops the timer.
 */
export const createSweepTimer = (deps: SweepTimerDeps): SweepTimer => {
  const {
    sweep,
    intervalMs,
    log,
    random = Math.random,
    pause = sleepUntilAborted,
    elapsedMs = () => performance.now(),
  } = deps;
  const controller = new AbortController();
  const { signal } = controller;
  let running: Promise<void> = Promise.resolve();

  const succeeds = async (): Promise<boolean> => {
    try {
      return (await sweep(signal)).failed === 0;
    } catch (error) {
      if (!signal.aborted) {
        const level = isOutage(error) ? 'warn' : 'error';
        log[level](failureFields(error), 'A sweep failed; it will be retried soon.');
      }
      return false;
    }
  };

  const run = async (): Promise<void> => {
    let failures = 0;
    while (!signal.aborted) {
      const startedAt = elapsedMs();
      failures = (await succeeds()) ? 0 : failures + 1;
      const usual = intervalMs * (SHARE_MIN + SHARE_SPREAD * random());
      const apart = failures === 0 ? usual : Math.min(usual, RETRY_MS * 2 ** (failures - 1));
      const rest = Math.max(REST_MS_MIN, Math.round(apart - (elapsedMs() - startedAt)));
      // Only an abort ends a pause early, and the loop condition checks for it.
      await pause(rest, signal).catch(() => undefined);
    }
  };

  return {
    start: () => {
      running = run();
    },
    stop: async () => {
      controller.abort();
      await running;
    },
  };
};
