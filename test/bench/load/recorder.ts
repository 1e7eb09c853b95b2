import { performance } from 'node:perf_hooks';
import type { LoadOutcome, MadeReservation } from './load-plan';
import { percentile } from './percentile';

/** Counts responses cheaply during the run, and sums them up at the end. */
export interface Recorder {
  readonly answer: (status: number, durationMs: number) => void;
  readonly error: () => void;
  readonly outcome: (made: readonly MadeReservation[]) => LoadOutcome;
}

/** Starts the run. */
export const createRecorder = (): Recorder => {
  const startedAt = performance.now();
  const durations: number[] = [];
  const answers: Record<string, number> = {};
  const firstAt: Record<string, number> = {};
  const lastAt: Record<string, number> = {};
  let errors = 0;
  let endedAt = startedAt;
  return {
    answer: (status, durationMs) => {
      endedAt = performance.now();
      const seconds = (endedAt - startedAt) / 1_000;
      durations.push(durationMs);
      answers[status] = (answers[status] ?? 0) + 1;
      firstAt[status] ??= seconds;
      lastAt[status] = seconds;
    },
    error: () => {
      errors += 1;
    },
    outcome: (made) => {
      const sorted = Float64Array.from(durations).sort();
      return {
        seconds: (endedAt - startedAt) / 1_000,
        answers,
        latencyMs: {
          p50: percentile(sorted, 0.5),
          p99: percentile(sorted, 0.99),
          max: sorted.at(-1) ?? 0,
        },
        errors,
        firstAt,
        lastAt,
        made,
      };
    },
  };
};
