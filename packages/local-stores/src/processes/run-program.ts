import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Environment } from './environment';
import { signalTree } from './process-tree';

const OUTPUT_CHARACTERS_MAX = 200_000;
/** Lines of a failed program's output in the error message. */
const SHOWN_LINES_MAX = 15;

/** A program that failed or exceeded its deadline. */
export class ProgramFailedError extends Error {
  override readonly name = 'ProgramFailedError';
}

export interface ProgramRun {
  readonly command: string;
  readonly arguments: readonly string[];
  readonly env: Environment;
  readonly deadlineMs: number;
  /** Signal at the deadline, for programs that have to clean up; SIGKILL by default. */
  readonly deadlineSignal?: 'SIGTERM';
  /** Cancels the run with SIGTERM, and after ten more seconds with SIGKILL. */
  readonly signal?: AbortSignal | undefined;
  /** Called with each line of output. */
  readonly onLine?: (line: string) => void;
  /** Standard input of the program. */
  readonly input?: string;
}

/** The last lines of a text. */
export function tailOf(text: string, lines = SHOWN_LINES_MAX): string {
  return text.trimEnd().split('\n').slice(-lines).join('\n');
}

/** Time between SIGTERM and SIGKILL. */
const CLEAN_UP_MS = 10_000;

/** @returns Stops listening to the signal. */
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
 * Runs a program and waits for it to exit.
 * @returns Its standard output; of a long output, the end.
 * @throws {ProgramFailedError} If it fails or exceeds its deadline; the message has the end of its
 * output.
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
  // A program may exit without reading its input: only its exit status counts, not the broken pipe.
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
