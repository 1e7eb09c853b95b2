import { reportFailure, say } from '../task';
import { whenAskedToStop } from './when-asked-to-stop';

/**
 * Runs until done, failed or asked to stop, then ends the process. The exit code is 1 after a
 * failure or a stop.
 */
export const runUntilAsked = async (
  run: (signal: AbortSignal) => Promise<void>,
  lineWhenStopped: string,
): Promise<void> => {
  const asked = whenAskedToStop(process);
  try {
    await run(asked);
  } catch (error) {
    if (asked.aborted) {
      say(lineWhenStopped);
      process.exitCode = 1;
    } else {
      reportFailure(error);
    }
  }
  process.exit();
};
