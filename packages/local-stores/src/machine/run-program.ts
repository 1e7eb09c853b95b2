import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Environment } from '../options';

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
  /** Written to its standard input. */
  readonly input?: string;
}

/** The last lines of a text. */
export function tailOf(text: string, lines = SHOWN_LINES_MAX): string {
  return text.trimEnd().split('\n').slice(-lines).join('\n');
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
  let output = '';
  let everything = '';
  const keep = (text: string) => {
    everything = (everything + text).slice(-OUTPUT_CHARACTERS_MAX);
  };
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output = (output + text).slice(-OUTPUT_CHARACTERS_MAX);
    keep(text);
  });
  child.stderr.setEncoding('utf8').on('data', keep);
  // A program that ends without reading its input is judged by its exit status, not by the broken pipe.
  child.stdin.on('error', () => undefined);
  child.stdin.end(run.input ?? '');
  const [status, signal] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null];
  if (status !== 0) {
    const how = signal === null ? `with status ${status}` : `by ${signal}`;
    throw new ProgramFailedError(`${run.command} ended ${how}:\n${tailOf(everything)}`);
  }
  return output;
}
