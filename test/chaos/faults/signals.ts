import { setTimeout as pause } from 'node:timers/promises';
import { pollUntil } from '@flashreserve/scripts/poll-until';
import type { ComponentName } from '@flashreserve/scripts/start/topology';
import type { TargetProcess } from '../site/site';
import type { Fault, FaultContext, FaultKind } from './fault';

/** A process that is already down needs no fault. */
const signal = ({ pid }: TargetProcess, name: NodeJS.Signals): boolean => {
  const running = pid();
  if (running === undefined) return false;
  try {
    return process.kill(running, name);
  } catch {
    // It exited between the two lines above.
    return false;
  }
};

/** A process may use its whole stop limit to finish its work. */
const COME_BACK_MS = 30_000;
const POLL_MS = 20;

/** Resolves once the supervisor has restarted the process. */
const comeBack = async (target: TargetProcess, before: number | undefined): Promise<void> => {
  const isBack = (): boolean => target.pid() !== undefined && target.pid() !== before;
  await pollUntil(isBack, {
    timeoutMs: COME_BACK_MS,
    everyMs: POLL_MS,
    tooLate: () => new Error(`${target.label} does not come back.`),
  });
};

const restartWith = async (target: TargetProcess, name: NodeJS.Signals): Promise<void> => {
  const before = target.pid();
  signal(target, name);
  if (before !== undefined) await comeBack(target, before);
};

const oneOf = ({ site, random }: FaultContext, component: ComponentName): TargetProcess =>
  random.pick(site.processes.filter((process) => process.component === component));

/** `kill -9` of one instance of a component; its supervisor restarts it. */
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

/** SIGSTOP for some seconds: connections stay open and nothing is answered. */
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

/** SIGTERM to every process in turn, as in a deployment. */
export const rollingRestart: FaultKind = ({ site, random }) => ({
  name: 'rolling-restart',
  target: 'all',
  run: async () => {
    for (const target of random.shuffle(site.processes)) await restartWith(target, 'SIGTERM');
  },
});

/**
 * Possible clock errors in seconds. Reservation's clock decides what is due, so an error shifts
 * expiries, and a shift of minutes would keep the run from coming to rest in time.
 */
const SKEW_SECONDS = { reservation: 4, others: 600 };
const SKEWED_MS = { min: 4_000, max: 9_000 };

/** Runs one process for some seconds with a wrong clock; it is killed before and after. */
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
