import { TaskError } from '../task';
import { waitUntilReady } from './readiness';
import { type SupervisedProcess, supervise } from './supervised-process';
import { COMPONENT_NAMES, type Instance } from './topology';

/** A running set of component processes. */
export interface Stack {
  readonly processes: readonly SupervisedProcess[];
  /** Stops the gateway first, then the services it calls. */
  readonly stop: () => Promise<void>;
}

const READY_TIMEOUT_MS = 90_000;
const KILL_AFTER_MS = 15_000;

/** Components that others call at startup are started first. */
const isCalledByOthers = ({ component }: Instance): boolean =>
  component !== 'expiry-worker' && component !== 'gateway';

/**
 * Starts all instances, the services before the worker and the gateway, and resolves when each is
 * ready. Processes that exit later are restarted.
 *
 * @throws TaskError when one exits or does not become ready; nothing is left running then
 */
export const startStack = async (
  instances: readonly Instance[],
  options: {
    readonly host: string;
    readonly writeLine: (label: string, line: string) => void;
    readonly onReady: (instance: Instance) => void;
    readonly signal: AbortSignal;
  },
): Promise<Stack> => {
  const failed = new AbortController();
  let allReady = false;
  const processes: SupervisedProcess[] = [];
  const stop = async (): Promise<void> => {
    for (const component of COMPONENT_NAMES.toReversed()) {
      const ofComponent = processes.filter(({ instance }) => instance.component === component);
      await Promise.all(ofComponent.map((process) => process.stop(KILL_AFTER_MS)));
    }
  };
  const signal = AbortSignal.any([failed.signal, options.signal]);
  const start = async (instance: Instance): Promise<void> => {
    processes.push(
      supervise(instance, {
        writeLine: options.writeLine,
        shouldRestart: () => allReady,
        onGivenUp: ({ label }, outcome) => {
          failed.abort(
            new TaskError(`${label} could not start (${outcome}); its log above says why.`),
          );
        },
      }),
    );
    await waitUntilReady(instance, options.host, { timeoutMs: READY_TIMEOUT_MS, signal });
    options.onReady(instance);
  };
  try {
    await Promise.all(instances.filter(isCalledByOthers).map(start));
    await Promise.all(instances.filter((instance) => !isCalledByOthers(instance)).map(start));
  } catch (error) {
    await stop();
    throw error;
  }
  allReady = true;
  return { processes, stop };
};
