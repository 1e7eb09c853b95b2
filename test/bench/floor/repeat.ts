import { performance } from 'node:perf_hooks';
import type { LoadOutcome } from '../load/load-plan';
import { createRecorder } from '../load/recorder';

/** The status under which successful work counts, like that of a REST request. */
export const DONE = 200;

/**
 * Repeats `work` for this many seconds, with `inFlight` of it at the same time. Each starts the
 * next when the last has ended. Failed work counts as an error.
 */
export const repeat = async (
  { seconds, inFlight }: { readonly seconds: number; readonly inFlight: number },
  work: () => Promise<unknown>,
): Promise<LoadOutcome> => {
  const recorder = createRecorder();
  const endAt = performance.now() + seconds * 1_000;
  const run = async (): Promise<void> => {
    while (performance.now() < endAt) {
      const startedAt = performance.now();
      try {
        await work();
        recorder.answer(DONE, performance.now() - startedAt);
      } catch {
        recorder.error();
      }
    }
  };
  await Promise.all(Array.from({ length: inFlight }, run));
  return recorder.outcome([]);
};
