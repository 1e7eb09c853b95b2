import { execFile } from 'node:child_process';

const OUTPUT_BYTES_MAX = 64 * 1024 * 1024;

/**
 * Returns a command's standard output. The exit code is ignored: npm's is 1 both for findings and
 * for failures.
 */
export const readOutput = (
  command: string,
  args: readonly string[],
  cwd: string,
): Promise<string> =>
  new Promise((resolve, reject) => {
    execFile(command, [...args], { cwd, maxBuffer: OUTPUT_BYTES_MAX }, (error, stdout) => {
      if (error !== null && typeof error.code !== 'number') reject(error);
      else resolve(stdout);
    });
  });
