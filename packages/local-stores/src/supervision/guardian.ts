import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Environment } from '../processes/environment';
import { nodeArguments } from '../processes/node-entry';
import type { GuardianOrder, GuardianReply, ServiceSpec } from './guardian-protocol';

/** The owner's side of a guardian process. */
export interface Guardian {
  /** Holds a data folder for this guardian until its end. Throws when another process holds it for long. */
  lock(folder: string): Promise<void>;
  /** Removes a folder when everything has stopped, also after the end of this process. */
  removeAtEnd(folder: string): Promise<void>;
  /** Starts a program and resolves to its process id; readiness is the caller's business. */
  start(service: ServiceSpec): Promise<number>;
  /** Orderly stop. */
  stop(name: string): Promise<void>;
  /** SIGKILL to the program and its children. */
  kill(name: string): Promise<void>;
  pause(name: string): Promise<void>;
  resume(name: string): Promise<void>;
  /** The process id, or undefined when the program is not running. */
  pid(name: string): Promise<number | undefined>;
  /** Stops every program, removes throw-away folders, ends the guardian. May be called twice. */
  shutdown(): Promise<void>;
}

/** What a guardian needs to start. */
export interface GuardianOptions {
  readonly env: Environment;
  /** At the end, programs are killed instead of stopped: nobody needs their data. */
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
 * Starts a guardian process. It outlives nothing: when this process ends in any way, it ends its programs and itself.
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
