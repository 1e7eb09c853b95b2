import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import type { Readable } from 'node:stream';
import { testEnvironment } from '../../support/stores';

const ROOT = resolve(__dirname, '../../..');
/**
 * For a process that neither exits nor logs the problem; the test fails because the message is
 * missing.
 */
const GIVE_UP_MS = 60_000;

/**
 * Starts a component that cannot work, waits until it logs the problem, and returns all of its
 * output.
 */
export const outputOfBrokenStart = async (options: {
  readonly folder: string;
  readonly env: Readonly<Record<string, string>>;
  readonly complaint: RegExp;
}): Promise<string> => {
  const child = spawn(
    process.execPath,
    ['--enable-source-maps', resolve(ROOT, options.folder, 'dist/main.js')],
    { env: { ...testEnvironment(), ...options.env }, stdio: ['ignore', 'pipe', 'pipe'] },
  );
  let output = '';
  const collect = (stream: Readable): void => {
    stream.setEncoding('utf8').on('data', (part: string) => {
      output += part;
      if (options.complaint.test(output)) child.kill('SIGKILL');
    });
  };
  collect(child.stdout);
  collect(child.stderr);
  const timer = setTimeout(() => child.kill('SIGKILL'), GIVE_UP_MS);
  await once(child, 'close');
  clearTimeout(timer);
  return output;
};
