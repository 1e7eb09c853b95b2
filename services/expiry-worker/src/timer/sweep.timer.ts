import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from '@flashreserve/ops';
import { failureFields, isOutage } from '../application/failure-fields';

export interface SweepTimer {
  /** Sweeps at once and then again and again. */
  readonly start: () => void;
  /** Ends the sweep under way and starts no more. */
  readonly stop: () => Promise<void>;
}

export interface SweepTimerDeps {
  /** Says how many holds it could not settle, or throws when it could not go through them all. */
  readonly sweep: (signal: AbortSignal) => Promise<{ readonly failed: number }>;
  readonly intervalMs: number;
  readonly log: Logger;
  /** 0 to 1; keeps the workers of a fleet from sweeping in step. */
  readonly random?: () => number;
  /** Resolves after the time, or rejects when the signal aborts. */
  readonly pause?: (ms: number, signal: AbortSignal) => Promise<void>;
  /** Milliseconds that never run backwards. */
  readonly elapsedMs?: () => number;
}

/**
 * Sweeps start this share of the interval apart. Together with the sweep's grace of a tenth of the interval
 * a hold is back at the latest one interval after its expiry.
 */
const SHARE_MIN = 0.7;
const SHARE_SPREAD = 0.2;
/** A sweep that left something undone is repeated after this, then after twice this and so on up to the usual time. */
const RETRY_MS = 1_000;
/** Rest between two sweeps even when one takes longer than the interval. */
const REST_MS_MIN = 100;

const sleepUntilAborted = (ms: number, signal: AbortSignal): Promise<void> =>
  sleep(ms, undefined, { signal });

/** Runs the sweep on a jittered timer; a sweep never overlaps itself, and a failure never ends the series. */
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
        log[level](failureFields(error), 'A sweep failed; it is repeated soon.');
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
      // Only the abort ends a pause early, and the loop's condition sees that.
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
