import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Environment } from '../processes/environment';
import { nodeArguments } from '../processes/node-entry';
import type { GuardianOrder, GuardianReply, ServiceSpec } from './guardian-protocol';

/** The owner's side of a guardian process. */
export interface Guardian {
  /** Locks a data folder until the guardian ends. Throws if another process keeps holding it. */
  lock(folder: string): Promise<void>;
  /** Deletes a folder once everything has stopped, even if this process has ended by then. */
  removeAtEnd(folder: string): Promise<void>;
  /** Starts a program and resolves to its process id. Does not wait until the program is ready. */
  start(service: ServiceSpec): Promise<number>;
  /** Clean shutdown of the program. */
  stop(name: string): Promise<void>;
  /** SIGKILL to the program and its children. */
  kill(name: string): Promise<void>;
  pause(name: string): Promise<void>;
  resume(name: string): Promise<void>;
  /** The process id, or undefined if the program is not running. */
  pid(name: string): Promise<number | undefined>;
  /** Stops every program, deletes temporary folders and ends the guardian. Idempotent. */
  shutdown(): Promise<void>;
}

export interface GuardianOptions {
  readonly env: Environment;
  /**
   * Whether programs are killed at the end instead of stopped gracefully, because their data is not
   * kept.
   */
  readonly isThrowAway: boolean;
}

interface Pending {
  readonly resolve: (reply: GuardianReply) => void;
  readonly reject: (error: Error) => void;
}

function connectRequests(child: ChildProcess): (order: GuardianOrder) => Promise<GuardianReply> {
  const pending = new Map<number, Pending>();
  let nextId = 1;
  child.on('message', (reply: GuardianReply) => {
    pending.get(reply.id)?.resolve(reply);
    pending.delete(reply.id);
  });
  child.on('exit', () => {
    for (const { reject } of pending.values()) {
      reject(new Error('The guardian process ended before it answered.'));
    }
    pending.clear();
  });
  return (order) =>
    new Promise((resolve, reject) => {
      const id = nextId;
      nextId += 1;
      pending.set(id, { resolve, reject });
      child.send({ ...order, id }, (error) => {
        if (error !== null) {
          pending.delete(id);
          reject(error);
        }
      });
    });
}

/**
 * Starts a guardian process. However this process ends, the guardian then stops its programs and
 * ends, too.
 */
export async function startGuardian(options: GuardianOptions): Promise<Guardian> {
  const entry = join(__dirname, 'guardian-main');
  const child = spawn(
    process.execPath,
    [...nodeArguments(entry), ...(options.isThrowAway ? ['throw-away'] : [])],
    {
      detached: true,
      env: options.env,
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    },
  );
  await once(child, 'spawn');
  const request = connectRequests(child);
  const exited = once(child, 'exit');
  const carryOut = async (order: GuardianOrder): Promise<number | undefined> => {
    const reply = await request(order);
    if (!reply.ok) {
      throw new Error(reply.message);
    }
    return reply.pid;
  };
  let ending: Promise<void> | undefined;
  const end = async () => {
    await carryOut({ kind: 'shutdown' });
    child.disconnect();
    await exited;
  };
  return {
    lock: async (folder) => void (await carryOut({ kind: 'lock', folder })),
    removeAtEnd: async (folder) => void (await carryOut({ kind: 'remove-at-end', folder })),
    start: async (service) => (await carryOut({ kind: 'start', service })) ?? 0,
    stop: async (name) => void (await carryOut({ kind: 'stop', name })),
    kill: async (name) => void (await carryOut({ kind: 'kill', name })),
    pause: async (name) => void (await carryOut({ kind: 'pause', name })),
    resume: async (name) => void (await carryOut({ kind: 'resume', name })),
    pid: (name) => carryOut({ kind: 'pid', name }),
    shutdown() {
      ending ??= end();
      return ending;
    },
  };
}
