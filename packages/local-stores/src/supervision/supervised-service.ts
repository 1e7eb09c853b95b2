import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { isAlive, signal, signalTree } from '../processes/process-tree';
import type { ServiceSpec } from './guardian-protocol';

/** A started program: the guardian's view of one service. */
export interface SupervisedService {
  readonly spec: ServiceSpec;
  readonly pid: number;
  isRunning(): boolean;
  /** Orderly stop; killed after the deadline of its specification. Resolves when it is gone. */
  stop(): Promise<void>;
  /** SIGKILL to it and all its children. Resolves when it is gone. */
  kill(): Promise<void>;
  pause(): void;
  resume(): void;
}

function spawnService(spec: ServiceSpec): ChildProcess {
  const log = openSync(spec.logFile, 'a');
  try {
    return spawn(spec.command, spec.arguments, {
      // A group of its own: a Ctrl-C at the terminal reaches only the owner, which then stops in order.
      detached: true,
      cwd: spec.folder,
      env: spec.environment,
      // Standard input stays open as long as the guardian lives: our own programs end when it closes.
      stdio: ['pipe', log, log],
    });
  } finally {
    closeSync(log);
  }
}

/**
 * Starts a program. Says nothing about readiness.
 * @throws When the program cannot be started at all.
 */
export async function startService(spec: ServiceSpec): Promise<SupervisedService> {
  const child = spawnService(spec);
  await once(child, 'spawn');
  const { pid } = child;
  if (pid === undefined) {
    throw new Error(`${spec.command} has no process id.`);
  }
  const exited = once(child, 'exit');
  // The table of processes knows of a death by somebody else's hand before the event comes.
  const isRunning = () => child.exitCode === null && child.signalCode === null && isAlive(pid);
  const kill = async () => {
    if (isRunning()) {
      signalTree(pid, 'SIGKILL');
    }
    await exited;
  };
  return {
    spec,
    pid,
    isRunning,
    kill,
    async stop() {
      if (!isRunning()) {
        return;
      }
      // A paused program would not see the stop signal.
      signalTree(pid, 'SIGCONT');
      signal(pid, spec.stopSignal);
      const inTime = new AbortController();
      await Promise.race([
        exited,
        delay(spec.stopDeadlineMs, undefined, { signal: inTime.signal }).catch(() => undefined),
      ]);
      inTime.abort();
      await kill();
    },
    pause() {
      if (isRunning()) {
        signalTree(pid, 'SIGSTOP');
      }
    },
    resume() {
      if (isRunning()) {
        signalTree(pid, 'SIGCONT');
      }
    },
  };
}
