import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { LoadOutcome } from '../load/load-plan';
import type { NamedProcess } from '../measure/process-usage';
import type { FloorPlan, FloorReply, ServerPorts } from './messages';

/** The two processes of the floor measurements. */
export interface FloorProcesses {
  readonly servers: NamedProcess;
  readonly client: NamedProcess;
  readonly ports: ServerPorts;
  /** Only one run at a time. */
  readonly run: (plan: FloorPlan) => Promise<LoadOutcome>;
  readonly stop: () => Promise<void>;
}

/** The next message of a process. @throws Error if it ends first */
const nextMessage = async <Message>(child: ChildProcess): Promise<Message> => {
  const ended = new AbortController();
  const onExit = (): void => {
    ended.abort(new Error('A process of the floor measurements ended.'));
  };
  child.once('exit', onExit);
  try {
    const [message]: [Message] = (await once(child, 'message', { signal: ended.signal })) as [
      Message,
    ];
    return message;
  } finally {
    child.off('exit', onExit);
  }
};

const end = async (child: ChildProcess): Promise<void> => {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGKILL');
  await once(child, 'exit');
};

/** Starts the bare servers, and the process that calls them and writes to the store. */
export const startFloorProcesses = async (): Promise<FloorProcesses> => {
  const servers = fork(join(__dirname, 'servers-main.js'), { detached: true });
  const client = fork(join(__dirname, 'client-main.js'), { detached: true });
  const stop = async (): Promise<void> => {
    await Promise.all([end(servers), end(client)]);
  };
  try {
    const ports = await nextMessage<ServerPorts>(servers);
    return {
      servers: { name: 'bare servers', pid: servers.pid ?? 0 },
      client: { name: 'bare client', pid: client.pid ?? 0 },
      ports,
      run: async (plan) => {
        client.send(plan);
        const reply = await nextMessage<FloorReply>(client);
        if (reply.kind === 'failed') throw new Error(reply.message);
        return reply.outcome;
      },
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
};
