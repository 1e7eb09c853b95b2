/** The arguments of every task, from `scripts/run.mjs`. */
export interface TaskInput {
  /** The repository's root folder. */
  readonly root: string;
  /** Arguments after the task's name. */
  readonly args: readonly string[];
}

/** Ends a task with a message for the user instead of a stack trace. */
export class TaskError extends Error {
  override readonly name: string = 'TaskError';
}

/** Ends a task with the help text that was requested. */
export class HelpWanted extends TaskError {
  override readonly name = 'HelpWanted';
}

/** Prints a line of a task's result. */
export const say = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

/**
 * Reports a thrown error: help text as it is; a TaskError as its message and anything else with its
 * stack to standard error, with the exit code set (default 1).
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
