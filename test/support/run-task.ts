import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';

const TASKS = resolve(__dirname, '../../scripts/dist');

const CALL = `
  const [file, root, ...args] = process.argv.slice(1);
  require(file).main({ root, args });`;

export interface TaskOutcome {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Runs a compiled task like `npm run`, in a separate process whose output is no terminal, and waits
 * until it exits.
 */
export const runTask = (
  name: string,
  options: {
    /** Replaces the repository's folder, so that tests do not find a stack that runs there. */
    readonly root: string;
    readonly args?: readonly string[];
    readonly env?: Readonly<Record<string, string>>;
  },
): Promise<TaskOutcome> => {
  const file = resolve(TASKS, `${name}.js`);
  if (!existsSync(file)) {
    throw new Error(
      `${file} is missing: run this suite through \`npm test\`, which compiles first.`,
    );
  }
  const { root, args = [], env = {} } = options;
  return new Promise((done, fail) => {
    const child = spawn(process.execPath, ['--eval', CALL, file, root, ...args], {
      env: { PATH: process.env['PATH'], ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const text = { stdout: '', stderr: '' };
    for (const stream of ['stdout', 'stderr'] as const) {
      child[stream].setEncoding('utf8').on('data', (chunk: string) => {
        text[stream] += chunk;
      });
    }
    child.once('error', fail);
    child.once('close', (code) => done({ exitCode: code ?? -1, ...text }));
  });
};
