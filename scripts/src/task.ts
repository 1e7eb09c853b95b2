/** What `scripts/run.mjs` hands to every task. */
export interface TaskInput {
  /** The repository's folder. */
  readonly root: string;
  /** Arguments after the task's name. */
  readonly args: readonly string[];
}

/** Ends a task with a sentence for people instead of a stack trace. */
export class TaskError extends Error {
  override readonly name: string = 'TaskError';
}

/** Ends a task with its help, because that is what was asked for. */
export class HelpWanted extends TaskError {
  override readonly name = 'HelpWanted';
}

/**
 * Ends a task that was thrown out of: prints help as it is; anything else goes to standard error, a TaskError as its sentence,
 * the rest with its stack, and sets the exit code, 1 unless told.
 */
export const reportFailure = (error: unknown, exitCode = 1): void => {
  if (error instanceof HelpWanted) {
    process.stdout.write(error.message);
    return;
  }
  const text =
    error instanceof TaskError
      ? error.message
      : error instanceof Error
        ? (error.stack ?? error.message)
        : String(error);
  process.stderr.write(`${text}\n`);
  process.exitCode = exitCode;
};
