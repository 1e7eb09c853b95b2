import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { endProcess } from '../end-process';
import type { Instance } from './topology';

export interface SupervisedProcess {
  readonly instance: Instance;
  readonly pid: () => number | undefined;
  /** Sends SIGTERM, kills the process after `killAfterMs`, and resolves when it has exited. */
  readonly stop: (killAfterMs: number) => Promise<void>;
}

export interface SuperviseOptions {
  readonly writeLine: (label: string, line: string) => void;
  /** Whether an exited process is restarted after a pause; false ends the start instead. */
  readonly shouldRestart: () => boolean;
  /** Called when a process has exited and is not restarted. */
  readonly onGivenUp: (instance: Instance, outcome: string) => void;
}

const RESTART_PAUSE_MS = { first: 250, max: 5_000 };
/** After running this long, a process is restarted after the shortest pause again. */
const STABLE_AFTER_MS = 10_000;

const forwardLines = (stream: Readable, write: (line: string) => void): void => {
  createInterface({ input: stream, crlfDelay: Number.POSITIVE_INFINITY }).on('line', write);
};

/**
 * Runs one component in its own process group, so that Ctrl-C reaches only the supervisor, which
 * then stops everything in order. The process notices the supervisor's exit by its IPC channel.
 */
export const supervise = (instance: Instance, options: SuperviseOptions): SupervisedProcess => {
  let child: ChildProcess | undefined;
  let stopping = false;
  let pauseMs = RESTART_PAUSE_MS.first;
  let restartTimer: NodeJS.Timeout | undefined;
  const write = (line: string): void => {
    options.writeLine(instance.label, line);
  };

  const launch = (): void => {
    const startedAt = Date.now();
    const nodeArguments = ['--enable-source-maps', ...(instance.nodeArguments ?? [])];
    const started = spawn(process.execPath, [...nodeArguments, instance.mainFile], {
      env: { ...process.env, ...instance.env },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      detached: true,
    });
    child = started;
    if (started.stdout !== null) forwardLines(started.stdout, write);
    if (started.stderr !== null) forwardLines(started.stderr, write);
    started.once('error', (error) => {
      write(`could not be run: ${error.message}`);
    });
    started.once('exit', (code, signal) => {
      child = undefined;
      if (stopping) return;
      const outcome = signal === null ? `exit code ${code}` : `signal ${signal}`;
      if (!options.shouldRestart()) {
        options.onGivenUp(instance, outcome);
        return;
      }
      if (Date.now() - startedAt > STABLE_AFTER_MS) pauseMs = RESTART_PAUSE_MS.first;
      write(`ended (${outcome}); starting again in ${pauseMs} ms`);
      restartTimer = setTimeout(launch, pauseMs);
      pauseMs = Math.min(pauseMs * 2, RESTART_PAUSE_MS.max);
    });
  };
  launch();

  return {
    instance,
    pid: () => child?.pid,
    stop: async (killAfterMs) => {
      stopping = true;
      clearTimeout(restartTimer);
      if (child !== undefined) await endProcess(child, killAfterMs);
    },
  };
};
