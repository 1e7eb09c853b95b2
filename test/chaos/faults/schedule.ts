import { COMPONENT_NAMES } from '@flashreserve/scripts/start/topology';
import type { Random } from '../random';
import type { FaultKind } from './fault';
import { blackHole, cutConnections, delayBytes, dropReplies, partition } from './network';
import { killComponent, pauseComponent, rollingRestart, wrongClock } from './signals';
import { duplicateJobs, failover, killStore, pauseStore, redisAway, redisFlush } from './stores';

/** One of each per minute, so that all processes are killed equally often. */
const KILLS: readonly FaultKind[] = [
  ...COMPONENT_NAMES.map(killComponent),
  killStore('mongo'),
  killStore('redis'),
];

/**
 * Which of them a minute gets is drawn at random; some are listed twice to occur twice as often.
 */
const OTHERS: readonly FaultKind[] = [
  pauseComponent,
  pauseComponent,
  pauseStore,
  failover,
  failover,
  redisAway,
  redisFlush,
  redisFlush,
  cutConnections,
  cutConnections,
  partition,
  blackHole,
  delayBytes,
  dropReplies,
  dropReplies,
  dropReplies,
  duplicateJobs,
  duplicateJobs,
  wrongClock,
  rollingRestart,
];
const OTHERS_PER_MINUTE = 7;

const MINUTE_MS = 60_000;
/** The load starts before the first fault and outlasts the recovery from the last. */
const QUIET_MS = { before: 1_500, after: 3_000 };

/** A fault and its time, relative to the start of the load. */
export interface Appointment {
  readonly atMs: number;
  readonly kind: FaultKind;
}

/** Spreads faults over the duration of the load, at varying intervals. */
export const planFaults = (minutes: number, random: Random): readonly Appointment[] => {
  const kinds: FaultKind[] = [];
  for (let minute = 0; minute < Math.ceil(minutes); minute += 1) {
    const drawn = random.shuffle(OTHERS).slice(0, OTHERS_PER_MINUTE);
    kinds.push(...random.shuffle([...KILLS, ...drawn]));
  }
  const inTime = kinds.slice(0, Math.ceil((KILLS.length + OTHERS_PER_MINUTE) * minutes));
  const length = minutes * MINUTE_MS - QUIET_MS.before - QUIET_MS.after;
  const slot = length / inTime.length;
  return inTime.map((kind, index) => ({
    atMs: QUIET_MS.before + (index + random.next()) * slot,
    kind,
  }));
};
