import { setTimeout as sleep } from 'node:timers/promises';
import { createFailureLog, describeCauses, type Logger, type Stoppable } from '@flashreserve/ops';
import type { RetentionMetrics } from './retention-metrics';

/** Result of one batch of a step. */
export interface RetentionBatch {
  /** Documents that were folded or deleted. */
  readonly handled: number;
  /**
   * `more`: another batch of this round may follow. `later`: the next round continues. `none`:
   * nothing is left.
   */
  readonly left: 'more' | 'later' | 'none';
}

/**
 * Handles one batch of at most `limit` documents. Idempotent, and safe while another instance does
 * the same.
 */
export type RetentionStep = (limit: number) => Promise<RetentionBatch>;

/** The steps by their names in logs and metrics, in the order in which a round runs them. */
export type RetentionSteps = Readonly<Record<string, RetentionStep>>;

export interface Retention extends Stoppable {
  readonly start: () => void;
}

/** Documents per batch; a batch may be one transaction. */
const BATCH_SIZE = 500;
/** Pause after a full batch, as a multiple of its duration: at most a fifth of the time is used. */
const REST_SHARE = 4;
/** Share of the interval over which the rounds of several instances are spread. */
const JITTER = 0.2;

/**
 * Runs the steps in rounds, each until it has nothing left to do in this round. A failed step is
 * logged, counted and retried in the next round; the others continue. Stopping waits for the batch
 * under way.
 */
export const createRetention = (deps: {
  readonly steps: RetentionSteps;
  readonly intervalMs: number;
  readonly log: Logger;
  readonly metrics: RetentionMetrics;
  readonly batchSize?: number;
  readonly random?: () => number;
}): Retention => {
  const { steps, intervalMs, log, metrics, batchSize = BATCH_SIZE, random = Math.random } = deps;
  const controller = new AbortController();
  const { signal } = controller;
  const logFailure = createFailureLog();
  let running: Promise<void> = Promise.resolve();

  // Only an abort ends a pause early, and every loop checks for it.
  const pause = (ms: number): Promise<void> =>
    sleep(ms, undefined, { signal, ref: false }).catch(() => undefined);

  const finish = async (name: string, run: RetentionStep): Promise<void> => {
    while (!signal.aborted) {
      const startedAt = performance.now();
      const { handled, left } = await run(batchSize);
      metrics.onHandled(name, handled);
      if (left === 'none') metrics.onCaughtUp(name);
      if (left !== 'more') return;
      await pause((performance.now() - startedAt) * REST_SHARE);
    }
  };

  const runRound = async (): Promise<void> => {
    for (const [name, run] of Object.entries(steps)) {
      try {
        await finish(name, run);
      } catch (error) {
        metrics.onFailure(name);
        logFailure({
          log,
          level: 'warn',
          key: name,
          fields: { step: name, causes: describeCauses(error) },
          message: 'Old documents could not be cleaned up; retried in the next round.',
        });
      }
    }
  };

  const runRounds = async (): Promise<void> => {
    while (!signal.aborted) {
      await pause(intervalMs * (1 - JITTER * random()));
      await runRound();
    }
  };

  return {
    start: () => {
      running = runRounds();
    },
    stop: async () => {
      controller.abort();
      await running;
    },
  };
};
