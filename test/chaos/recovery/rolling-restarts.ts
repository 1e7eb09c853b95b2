import { setTimeout as pause } from 'node:timers/promises';
import type { Recorder } from '../history/recorder';
import type { Site } from '../site/site';
import type { Figure } from './figure';
import type { AnswerWatch } from './watch-answers';

const ROUNDS = 10;
const SETTLE_MS = 1_000;

/** Stops every process with SIGTERM in turn, each once the previous one is ready again. */
export const measureRollingRestarts = async (
  site: Site,
  recorder: Recorder,
  watch: AnswerWatch,
): Promise<readonly Figure[]> => {
  const failed: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const from = Date.now();
    for (const target of site.processes) {
      const pid = target.pid();
      if (pid !== undefined) process.kill(pid, 'SIGTERM');
      while (target.pid() === pid || target.pid() === undefined) await pause(20);
      await target.ready();
      await pause(SETTLE_MS);
    }
    const until = Date.now();
    recorder.write({ kind: 'fault', fault: 'rolling-restart', target: 'all', from, until });
    failed.push(watch.failures(from).length);
  }
  return [
    {
      name: 'Rolling restart of two instances of everything',
      measure: 'requests that failed, apart from 503 with Retry-After',
      values: failed,
      limit: 0,
    },
  ];
};
