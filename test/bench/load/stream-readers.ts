import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { StreamCount, StreamPlan, StreamReply, StreamRequest } from './stream-plan';

/** The benchmark's interface to the process that reads streams. */
export interface StreamReaderProcess {
  readonly pid: number;
  /** Resolves once every stream has had its first event. */
  readonly open: (plan: StreamPlan) => Promise<void>;
  /** Events since the last count. */
  readonly count: () => Promise<StreamCount>;
  readonly close: () => Promise<void>;
  readonly stop: () => Promise<void>;
}

export const startStreamReaders = async (): Promise<StreamReaderProcess> => {
  const child = fork(join(__dirname, 'stream-readers-main.js'), { detached: true });
  await once(child, 'spawn');
  const ask = async <Kind extends StreamReply['kind']>(
    request: StreamRequest,
    wanted: Kind,
  ): Promise<Extract<StreamReply, { kind: Kind }>> => {
    const ended = new AbortController();
    const onExit = (): void => {
      ended.abort(new Error('The readers of streams ended.'));
    };
    child.once('exit', onExit);
    try {
      child.send(request);
      const [reply]: StreamReply[] = await once(child, 'message', { signal: ended.signal });
      if (reply?.kind !== wanted) {
        throw new Error(reply?.kind === 'failed' ? reply.message : 'The readers did not answer.');
      }
      return reply as Extract<StreamReply, { kind: Kind }>;
    } finally {
      child.off('exit', onExit);
    }
  };
  return {
    pid: child.pid ?? 0,
    open: async (plan) => {
      await ask({ kind: 'open', plan }, 'opened');
    },
    count: async () => (await ask({ kind: 'count' }, 'counted')).count,
    close: async () => {
      await ask({ kind: 'close' }, 'closed');
    },
    stop: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill('SIGKILL');
      await once(child, 'exit');
    },
  };
};
