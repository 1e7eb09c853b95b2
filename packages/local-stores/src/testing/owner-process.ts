import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import type { Environment } from '../processes/environment';
import { nodeArguments } from '../processes/node-entry';

/** The command-line program in a process of its own, as `npm start` would own the stores. */
export interface OwnerProcess {
  readonly mongoUri: string;
  readonly redisUrl: string;
  readonly child: ChildProcessByStdio<null, Readable, null>;
}

const CLI = join(__dirname, '..', 'cli');

/** Starts the program and waits for the addresses that it prints. */
export async function startOwner(
  env: Environment,
  ...parameters: readonly string[]
): Promise<OwnerProcess> {
  const child = spawn(process.execPath, [...nodeArguments(CLI), ...parameters], {
    env,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const found = new Map<string, string>();
  for await (const line of createInterface(child.stdout)) {
    const [name, value] = line.split(/=(.*)/s);
    found.set(name ?? '', value ?? '');
    if (found.size === 2) {
      break;
    }
  }
  return {
    mongoUri: found.get('MONGO_URI') ?? '',
    redisUrl: found.get('REDIS_URL') ?? '',
    child,
  };
}

/** Runs the program to its end and gives what it wrote. */
export async function runOwner(
  env: Environment,
  identity: { readonly uid?: number; readonly gid?: number },
): Promise<{ readonly status: number | null; readonly output: string }> {
  const child = spawn(process.execPath, nodeArguments(CLI), { env, stdio: 'pipe', ...identity });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  }
  const [status] = (await once(child, 'close')) as [number | null];
  return { status, output };
}
