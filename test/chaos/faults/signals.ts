import { setTimeout as pause } from 'node:timers/promises';
import type { ComponentName } from '@flashreserve/scripts/start/topology';
import type { TargetProcess } from '../site/site';
import type { Fault, FaultContext, FaultKind } from './fault';

/** A process that is just down has had its fault. */
const signal = ({ pid }: TargetProcess, name: NodeJS.Signals): boolean => {
  const running = pid();
  if (running === undefined) return false;
  try {
    return process.kill(running, name);
  } catch {
    // It ended between the two lines above.
    return false;
  }
};

/** A process that still has work to end may take as long as its own limit for that. */
const COME_BACK_MS = 30_000;
const POLL_MS = 20;

/** Resolves when the supervisor has started the process again. */
const comeBack = async (target: TargetProcess, before: number | undefined): Promise<void> => {
  const giveUpAt = Date.now() + COME_BACK_MS;
  while (target.pid() === undefined || target.pid() === before) {
    if (Date.now() > giveUpAt) throw new Error(`${target.label} does not come back.`);
    await pause(POLL_MS);
  }
};

const restartWith = async (target: TargetProcess, name: NodeJS.Signals): Promise<void> => {
  const before = target.pid();
  signal(target, name);
  if (before !== undefined) await comeBack(target, before);
};

const oneOf = ({ site, random }: FaultContext, component: ComponentName): TargetProcess =>
  random.pick(site.processes.filter((process) => process.component === component));

/** `kill -9` of one instance of a component; its supervisor starts it again. */
export const killComponent =
  (component: ComponentName): FaultKind =>
  (context) => {
    const target = oneOf(context, component);
    return {
      name: 'kill',
      target: target.label,
      run: () => restartWith(target, 'SIGKILL'),
    };
  };

const PAUSE_MS = { min: 800, max: 4_000 };

/** SIGSTOP for some seconds: connections stay open and nothing answers. */
export const pauseComponent: FaultKind = ({ site, random }) => {
  const target = random.pick(site.processes);
  const ms = random.between(PAUSE_MS.min, PAUSE_MS.max);
  return {
    name: 'pause',
    target: target.label,
    detail: { ms },
    run: async () => {
      const paused = target.pid();
      signal(target, 'SIGSTOP');
      await pause(ms);
      if (target.pid() === paused) signal(target, 'SIGCONT');
    },
  };
};

/** SIGTERM to every process, one after the other, as in a deployment. */
export const rollingRestart: FaultKind = ({ site, random }) => ({
  name: 'rolling-restart',
  target: 'all',
  run: async () => {
    for (const target of random.shuffle(site.processes)) await restartWith(target, 'SIGTERM');
  },
});

/**
 * Seconds by which a clock may be wrong. Reservation's decides what is due, so a wrong one moves expiries by as much, and
 * the run could not come to rest in time if that were minutes.
 */
const SKEW_SECONDS = { reservation: 4, others: 600 };
const SKEWED_MS = { min: 4_000, max: 9_000 };

/** One process lives for some seconds with a clock that is wrong; it is killed before and after. */
export const wrongClock: FaultKind = ({ site, random }): Fault => {
  const target = random.pick(site.processes);
  const secondsMax =
    target.component === 'reservation' ? SKEW_SECONDS.reservation : SKEW_SECONDS.others;
  const offsetMs = random.between(1_000, secondsMax * 1_000) * random.pick([1, -1]);
  const ms = random.between(SKEWED_MS.min, SKEWED_MS.max);
  return {
    name: 'clock',
    target: target.label,
    detail: { offsetMs, ms, kills: 2 },
    run: async () => {
      target.env['CLOCK_SKEW_MS'] = String(offsetMs);
      await restartWith(target, 'SIGKILL');
      await pause(ms);
      delete target.env['CLOCK_SKEW_MS'];
      await restartWith(target, 'SIGKILL');
    },
  };
};
