import { createHealthProbe, readMutualTls } from '@flashreserve/rpc';
import { pollUntil } from '../poll-until';
import { TaskError } from '../task';
import type { Instance } from './topology';

const POLL_MS = 150;
const PROBE_TIMEOUT_MS = 1_000;

const answersReady = async (url: string): Promise<boolean> => {
  try {
    return (await fetch(url, { signal: AbortSignal.timeout(PROBE_TIMEOUT_MS) })).ok;
  } catch {
    // Not listening yet, or no answer in time: not ready.
    return false;
  }
};

const speaksHttp = ({ component }: Instance): boolean =>
  component === 'gateway' || component === 'expiry-worker';

/**
 * Resolves when an instance reports that it is ready.
 *
 * @throws TaskError after the timeout, or the signal's reason when it aborts
 */
export const waitUntilReady = async (
  instance: Instance,
  host: string,
  options: { readonly timeoutMs: number; readonly signal: AbortSignal },
): Promise<void> => {
  const probe = speaksHttp(instance)
    ? undefined
    : createHealthProbe(`${host}:${instance.port}`, {
        tls: readMutualTls(instance.env),
        serverName: instance.component,
      });
  try {
    const isReady = (): Promise<boolean> => {
      options.signal.throwIfAborted();
      return probe === undefined
        ? answersReady(`http://${host}:${instance.port}/readyz`)
        : probe.isServing(PROBE_TIMEOUT_MS);
    };
    await pollUntil(isReady, {
      timeoutMs: options.timeoutMs,
      everyMs: POLL_MS,
      tooLate: () =>
        new TaskError(
          `${instance.label} was not ready within ${options.timeoutMs / 1000} s; its log above says why.`,
        ),
    });
  } finally {
    probe?.close();
  }
};
