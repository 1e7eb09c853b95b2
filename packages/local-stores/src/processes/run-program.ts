import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Environment } from './environment';
import { signalTree } from './process-tree';

const OUTPUT_CHARACTERS_MAX = 200_000;
/** How much of a failed program's output an error message shows. */
const SHOWN_LINES_MAX = 15;

/** A program that ended with a failure, or not in time. */
export class ProgramFailedError extends Error {
  override readonly name = 'ProgramFailedError';
}

/** What to run, and how long it may take. */
export interface ProgramRun {
  readonly command: string;
  readonly arguments: readonly string[];
  readonly env: Environment;
  readonly deadlineMs: number;
  /** At the deadline; SIGKILL unless the program has to clean up behind it. */
  readonly deadlineSignal?: 'SIGTERM';
  /** Ends it with SIGTERM before its time, and with SIGKILL when that does not help within ten seconds. */
  readonly signal?: AbortSignal | undefined;
  /** Receives each line of its output. */
  readonly onLine?: (line: string) => void;
  /** Written to its standard input. */
  readonly input?: string;
}

/** The last lines of a text. */
export function tailOf(text: string, lines = SHOWN_LINES_MAX): string {
  return text.trimEnd().split('\n').slice(-lines).join('\n');
}

/** How long a program may take to clean up behind it. */
const CLEAN_UP_MS = 10_000;

/** @returns Ends the watch. */
function endWhenAborted(child: ChildProcess, signal: AbortSignal | undefined): () => void {
  let timer: NodeJS.Timeout | undefined;
  const end = () => {
    child.kill('SIGTERM');
    timer = setTimeout(() => {
      if (child.pid !== undefined) signalTree(child.pid, 'SIGKILL');
    }, CLEAN_UP_MS);
  };
  if (signal?.aborted) end();
  else signal?.addEventListener('abort', end, { once: true });
  return () => {
    clearTimeout(timer);
    signal?.removeEventListener('abort', end);
  };
}

/**
 * Runs a program to its end.
 * @returns Its standard output.
 * @throws {ProgramFailedError} With the end of its output, when it fails or takes too long.
 */
export async function runProgram(run: ProgramRun): Promise<string> {
  const child = spawn(run.command, run.arguments, {
    env: run.env,
    stdio: 'pipe',
    timeout: run.deadlineMs,
    killSignal: run.deadlineSignal ?? 'SIGKILL',
  });
  const stopEnding = endWhenAborted(child, run.signal);
  let output = '';
  let everything = '';
  const keep = (text: string) => {
    everything = (everything + text).slice(-OUTPUT_CHARACTERS_MAX);
  };
  for (const stream of [child.stdout, child.stderr]) {
    if (run.onLine !== undefined) createInterface(stream).on('line', run.onLine);
  }
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output = (output + text).slice(-OUTPUT_CHARACTERS_MAX);
    keep(text);
  });
  child.stderr.setEncoding('utf8').on('data', keep);
  // A program that ends without reading its input is judged by its exit status, not by the broken pipe.
  child.stdin.on('error', () => undefined);
  child.stdin.end(run.input ?? '');
  const [status, signal] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null];
  stopEnding();
  if (status !== 0) {
    const how = signal === null ? `with status ${status}` : `by ${signal}`;
    throw new ProgramFailedError(`${run.command} ended ${how}:\n${tailOf(everything)}`);
  }
  return output;
}
