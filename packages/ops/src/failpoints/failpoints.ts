import { setTimeout as sleep } from 'node:timers/promises';
import { ConfigError } from '../config/problems';
import type { Logger } from '../logging/logger';
import type { FailpointConfig } from './config';
import type { FailpointRule } from './plan';
import { seededRule } from './seeded-rules';

/** Places in the code where a test can make things go wrong. */
export interface Failpoints {
  /**
   * Puts a failpoint before and one after each of a port's functions: `<name>.<function>:before` and `:after`.
   * Returns the port itself when none of them is armed, so that it costs nothing in production.
   */
  readonly around: <Port extends object>(name: string, port: Port) => Port;
}

/** Nothing is armed. */
export const noFailpoints: Failpoints = { around: (_name, port) => port };

type Step = (...args: readonly unknown[]) => unknown;

const matches = ({ point }: FailpointRule, name: string): boolean =>
  point.endsWith('*') ? name.startsWith(point.slice(0, -1)) : point === name;

/** Never settles: the caller has to give up by itself. */
const never = (): Promise<never> => new Promise(() => undefined);

const createPoint = (point: string, rule: FailpointRule, deps: FailpointDeps) => {
  const { log, outage, random = Math.random, crash = crashNow } = deps;
  const failure = (): Error => outage(new Error(`Failpoint ${point}`));
  let passes = 0;
  const act = async (): Promise<void> => {
    log.warn({ failpoint: point, action: rule.action.kind }, 'A failpoint fires.');
    switch (rule.action.kind) {
      case 'crash':
        return crash();
      case 'delay':
        return sleep(rule.action.ms);
      case 'error':
        throw failure();
      case 'drop':
        // Only a caller beyond the network has to live with no answer at all; nearer ones see a connection break.
        return point.includes('.rpc.') ? never() : Promise.reject(failure());
    }
  };
  return async (): Promise<void> => {
    passes += 1;
    if (rule.pass === undefined ? random() < rule.rate : passes === rule.pass) await act();
  };
};

/** As a power cut: nothing is said, flushed or closed. */
const crashNow = (): void => {
  process.kill(process.pid, 'SIGKILL');
};

const isFunction = (value: unknown): value is Step => typeof value === 'function';

interface FailpointDeps {
  readonly log: Logger;
  /** Makes the error that a port throws when its store does not answer. */
  readonly outage: (cause: Error) => Error;
  /** From 0 (included) to 1 (excluded). */
  readonly random?: () => number;
  readonly crash?: () => void;
}

/**
 * Arms what the environment asks for.
 *
 * @throws ConfigError when anything is armed in production
 */
export const createFailpoints = (config: FailpointConfig, deps: FailpointDeps): Failpoints => {
  const { FAILPOINTS: rules = [], FAILPOINTS_SEED: seed } = config;
  const isArmed = rules.length > 0 || seed !== undefined;
  if (!isArmed) return noFailpoints;
  if (config.NODE_ENV === undefined || config.NODE_ENV === 'production') {
    throw new ConfigError('FAILPOINTS need NODE_ENV to be set, and not to production.');
  }
  deps.log.warn({ rules: rules.length, seed }, 'Failpoints are armed; this process will fail.');

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
