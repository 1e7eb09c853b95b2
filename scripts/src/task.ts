/** What `scripts/run.mjs` hands to every task. */
export interface TaskInput {
  /** The repository's folder. */
  readonly root: string;
  /** Arguments after the task's name. */
  readonly args: readonly string[];
}

/** Ends a task with a sentence for people instead of a stack trace. */
export class TaskError extends Error {
  override readonly name = 'TaskError';
}

/** Prints a TaskError as its sentence and anything else with its stack, then sets exit code 1. */
export const reportFailure = (error: unknown): void => {
  const text =
    error instanceof TaskError
      ? error.message
      : error instanceof Error
        ? (error.stack ?? error.message)
        : String(error);
  process.stderr.write(`${text}\n`);
  process.exitCode = 1;
};
