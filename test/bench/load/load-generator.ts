import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { LoadOutcome, LoadPlan, LoadReply, LoadRequest } from './load-plan';
import type { OpenOutcome, OpenPlan } from './open-plan';

/** The benchmark's interface to the load generator. */
export interface LoadGenerator {
  readonly pid: number;
  /** Only one run at a time. */
  readonly run: (plan: LoadPlan) => Promise<LoadOutcome>;
  /** The same at a fixed rate. */
  readonly runOpen: (plan: OpenPlan) => Promise<OpenOutcome>;
  /** Ends the current run early; it then resolves with the results so far. */
  readonly halt: () => void;
  readonly stop: () => Promise<void>;
}

/** Starts the load generator as a separate process and passes it the buyers' tokens. */
export const startLoadGenerator = async (tokens: readonly string[]): Promise<LoadGenerator> => {
  const child = fork(join(__dirname, 'main.js'), { detached: true });
  await once(child, 'spawn');
  const ask = async <Kind extends LoadReply['kind']>(
    request: LoadRequest,
    wanted: Kind,
  ): Promise<Extract<LoadReply, { kind: Kind }>> => {
    const ended = new AbortController();
    const onExit = (): void => {
      ended.abort(new Error('The load generator ended.'));
    };
    child.once('exit', onExit);
    try {
      child.send(request);
      const [reply]: LoadReply[] = await once(child, 'message', { signal: ended.signal });
      if (reply?.kind !== wanted) {
        throw new Error(
          reply?.kind === 'failed' ? reply.message : 'The load generator did not run.',
        );
      }
      return reply as Extract<LoadReply, { kind: Kind }>;
    } finally {
      child.off('exit', onExit);
    }
  };
  await ask({ kind: 'buyers', tokens }, 'ready');
  return {
    pid: child.pid ?? 0,
    run: async (plan) => (await ask({ kind: 'run', plan }, 'done')).outcome,
    runOpen: async (plan) => (await ask({ kind: 'run-open', plan }, 'open-done')).outcome,
    halt: () => {
      if (child.connected) child.send({ kind: 'halt' } satisfies LoadRequest);
    },
    stop: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill('SIGKILL');
      await once(child, 'exit');
    },
  };
};
