import { setTimeout as pause } from 'node:timers/promises';
import type { Recorder } from '../history/recorder';
import type { Fault, FaultContext } from './fault';
import type { Appointment } from './schedule';

/** Faults of a process or store must be over before the next one of the same target. */
const placesOf = ({ name, target }: Fault): readonly string[] =>
  name === 'rolling-restart' ? [target, 'processes'] : [target];

/**
 * Injects the faults at their times, possibly overlapping, and resolves when the last one is over.
 * A fault whose target is still affected by another one waits.
 */
export const runFaults = async (
  plan: readonly Appointment[],
  context: FaultContext,
  options: { readonly recorder: Recorder; readonly say: (line: string) => void },
): Promise<number> => {
  const { recorder, say } = options;
  const startedAt = Date.now();
  const busy = new Map<string, Promise<void>>();
  const running: Promise<void>[] = [];

  const run = async (fault: Fault, turn: Promise<unknown>): Promise<void> => {
    await turn;
    const from = Date.now();
    await fault.run();
    const { name, target, detail } = fault;
    const until = Date.now();
    recorder.write({ kind: 'fault', fault: name, target, from, until, ...(detail && { detail }) });
    const seconds = ((from - startedAt) / 1_000).toFixed(1);
    say(`    ${seconds.padStart(5)} s  ${name} ${target} ${detail ? JSON.stringify(detail) : ''}`);
  };

  for (const { atMs, kind } of plan) {
    await pause(Math.max(0, startedAt + atMs - Date.now()));
    const fault = kind(context);
    const places = placesOf(fault);
    const isWide = places.includes('processes');
    const turn = Promise.all(isWide ? [...busy.values()] : places.map((place) => busy.get(place)));
    const done = run(fault, turn);
    // Handled below, when all of them are awaited; until then it must not end the process.
    done.catch(() => undefined);
    if (isWide) for (const { label } of context.site.processes) busy.set(label, done);
    for (const place of places) busy.set(place, done);
    running.push(done);
  }
  await Promise.all(running);
  return running.length;
};
