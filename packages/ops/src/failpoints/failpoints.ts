import { setTimeout as sleep } from 'node:timers/promises';
import { ConfigError } from '../config/problems';
import type { Logger } from '../logging/logger';
import type { FailpointConfig } from './config';
import type { FailpointRule } from './plan';
import { seededRule } from './seeded-rules';

/** Places in the code where a test can inject a fault. */
export interface Failpoints {
  /**
   * Adds a failpoint before and after each function of a port: `<name>.<function>:before` and
   * `:after`. Returns the port itself when nothing is armed, so production pays nothing.
   */
  readonly around: <Port extends object>(name: string, port: Port) => Port;
}

/** Failpoints with nothing armed. */
export const noFailpoints: Failpoints = { around: (_name, port) => port };

type Step = (...args: readonly unknown[]) => unknown;

const matches = ({ point }: FailpointRule, name: string): boolean =>
  point.endsWith('*') ? name.startsWith(point.slice(0, -1)) : point === name;

/** Never settles: the caller has to time out. */
const never = (): Promise<never> => new Promise(() => undefined);

const createPoint = (point: string, rule: FailpointRule, deps: FailpointDeps) => {
  const { log, outage, random = Math.random, crash = crashNow } = deps;
  const failure = (): Error => outage(new Error(`Failpoint ${point}`));
  let passes = 0;
  const act = async (): Promise<void> => {
    log.warn({ failpoint: point, action: rule.action.kind }, 'Failpoint fired.');
    switch (rule.action.kind) {
      case 'crash':
        return crash();
      case 'delay':
        return sleep(rule.action.ms);
      case 'error':
        throw failure();
      case 'drop':
        // Only remote callers can be left without a reply; local ones see the connection break.
        return point.includes('.rpc.') ? never() : Promise.reject(failure());
    }
  };
  return async (): Promise<void> => {
    passes += 1;
    if (rule.pass === undefined ? random() < rule.rate : passes === rule.pass) await act();
  };
};

/** Simulates a power cut: nothing is logged, flushed or closed. */
const crashNow = (): void => {
  process.kill(process.pid, 'SIGKILL');
};

const isFunction = (value: unknown): value is Step => typeof value === 'function';

interface FailpointDeps {
  readonly log: Logger;
  /** Makes the error that a port throws when its store does not respond. */
  readonly outage: (cause: Error) => Error;
  /** Returns a number in [0, 1). */
  readonly random?: () => number;
  readonly crash?: () => void;
}

/**
 * Arms the failpoints that the environment configures.
 *
 * @throws ConfigError when anything is armed in production
 */
export const createFailpoints = (config: FailpointConfig, deps: FailpointDeps): Failpoints => {
  const { FAILPOINTS: rules = [], FAILPOINTS_SEED: seed } = config;
  const isArmed = rules.length > 0 || seed !== undefined;
  if (!isArmed) return noFailpoints;
  if (config.NODE_ENV === undefined || config.NODE_ENV === 'production') {
    throw new ConfigError('FAILPOINTS require NODE_ENV to be set to anything but production.');
  }
  deps.log.warn(
    { rules: rules.length, seed },
    'Failpoints are armed; faults will be injected into this process.',
  );

  const armed = (point: string) => {
    const rule =
      rules.find((candidate) => matches(candidate, point)) ??
      (seed === undefined ? undefined : seededRule(seed, point));
    return rule && createPoint(point, rule, deps);
  };
  const wrap = (name: string, step: Step): Step => {
    const before = armed(`${name}:before`);
    const after = armed(`${name}:after`);
    if (before === undefined && after === undefined) return step;
    return async (...args) => {
      await before?.();
      const result: unknown = await step(...args);
      await after?.();
      return result;
    };
  };
  return {
    around: (name, port) => {
      const steps = Object.entries(port).flatMap(([key, step]: [string, unknown]) =>
        isFunction(step) ? [[key, wrap(`${name}.${key}`, step)] as const] : [],
      );
      return { ...port, ...Object.fromEntries(steps) };
    },
  };
};
