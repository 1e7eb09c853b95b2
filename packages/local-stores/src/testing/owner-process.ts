import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import type { Environment } from '../processes/environment';
import { nodeArguments } from '../processes/node-entry';

/** The command-line program as a process that owns stores, as `npm start` does. */
export interface OwnerProcess {
  readonly mongoUri: string;
  readonly redisUrl: string;
  readonly child: ChildProcessByStdio<null, Readable, null>;
}

const CLI = join(__dirname, '..', 'cli');

/** Starts the program and waits until it has printed the addresses. */
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

/** Runs the program until it exits, and returns its output. */
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
