import { setTimeout as pause } from 'node:timers/promises';
import { COMPONENT_NAMES } from '@flashreserve/scripts/start/topology';
import type { Recorder } from '../history/recorder';
import type { Site } from '../site/site';
import type { Figure } from './figure';
import type { AnswerWatch } from './watch-answers';

const ROUNDS = 5;
/**
 * Pause before and after each kill, because a process that exits again within ten seconds is
 * restarted more slowly.
 */
const SETTLE_MS = 5_500;
const READY_LIMIT_SECONDS = 5;

/** Kills each component in turn and measures the time until it is ready again. */
export const measureKills = async (
  site: Site,
  recorder: Recorder,
  watch: AnswerWatch,
): Promise<readonly Figure[]> => {
  const figures: Figure[] = [];
  for (const component of COMPONENT_NAMES) {
    const target = site.processes.find((process) => process.component === component);
    if (target === undefined) throw new Error(`${component} does not run.`);
    const readyAfter: number[] = [];
    const failedFor: number[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      await pause(SETTLE_MS);
      const pid = target.pid();
      const from = Date.now();
      if (pid !== undefined) process.kill(pid, 'SIGKILL');
      // The supervisor must have noticed first; otherwise the port might still seem to answer.
      while (target.pid() === pid) await pause(5);
      await target.ready();
      const until = Date.now();
      readyAfter.push((until - from) / 1_000);
      recorder.write({ kind: 'fault', fault: 'kill', target: target.label, from, until });
      await pause(SETTLE_MS);
      failedFor.push(watch.failedForMs(from) / 1_000);
    }
    figures.push(
      {
        name: `${component} killed`,
        measure: 'seconds until it is ready again',
        values: readyAfter,
        limit: READY_LIMIT_SECONDS,
      },
      {
        name: `${component} killed`,
        measure: 'seconds until the last request failed',
        values: failedFor,
        limit: READY_LIMIT_SECONDS,
      },
    );
  }
  return figures;
};
