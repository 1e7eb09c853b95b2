import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { isAlive, signal, signalTree } from '../processes/process-tree';
import type { ServiceSpec } from './guardian-protocol';

/** A started program, as the guardian sees it. */
export interface SupervisedService {
  readonly spec: ServiceSpec;
  readonly pid: number;
  isRunning(): boolean;
  /** Clean shutdown; killed after `stopDeadlineMs`. Resolves once it has exited. */
  stop(): Promise<void>;
  /** Sends SIGKILL to it and all its descendants. Resolves once it has exited. */
  kill(): Promise<void>;
  pause(): void;
  resume(): void;
}

function spawnService(spec: ServiceSpec): ChildProcess {
  const log = openSync(spec.logFile, 'a');
  try {
    return spawn(spec.command, spec.arguments, {
      // Its own process group: a Ctrl-C at the terminal reaches only the owner, which then shuts
      // down cleanly.
      detached: true,
      cwd: spec.folder,
      env: spec.environment,
      // Standard input stays open while the guardian lives; the wire server exits when it closes.
      stdio: ['pipe', log, log],
    });
  } finally {
    closeSync(log);
  }
}

/**
 * Starts a program. Does not wait until it is ready.
 * @throws If the program cannot be executed.
 */
export async function startService(spec: ServiceSpec): Promise<SupervisedService> {
  const child = spawnService(spec);
  await once(child, 'spawn');
  const { pid } = child;
  if (pid === undefined) {
    throw new Error(`${spec.command} has no process id.`);
  }
  const exited = once(child, 'exit');
  // After a kill from outside, the process table knows earlier than the exit event.
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
