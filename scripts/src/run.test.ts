import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

/** An installation that takes long, in a process of its own below the one that was started, as npm's are. */
const NPM = `#!/bin/sh
echo "$*" > "$PIDS/arguments"
sh -c 'echo $$ > "$PIDS/child"; exec sleep 600' &
echo $$ > "$PIDS/npm"
wait
`;
const WAIT_MS = 20_000;

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'flashreserve-run-'));
  for (const folder of ['scripts', 'bin', 'pids']) mkdirSync(join(root, folder));
  copyFileSync(resolve(__dirname, '../run.mjs'), join(root, 'scripts/run.mjs'));
  writeFileSync(
    join(root, 'package-lock.json'),
    '{"packages":{"node_modules/a":{},"node_modules/@scope/b":{},"node_modules/empty":{}}}',
  );
  writeFileSync(join(root, 'bin/npm'), NPM);
  chmodSync(join(root, 'bin/npm'), 0o755);
});
afterEach(() => {
  rmSync(root, { recursive: true });
});

const until = async <Value>(look: () => Value | undefined | false): Promise<Value> => {
  const giveUpAt = Date.now() + WAIT_MS;
  for (;;) {
    const found = look();
    if (found !== undefined && found !== false) return found;
    if (Date.now() > giveUpAt) throw new Error('It did not come to pass.');
    await new Promise((done) => setTimeout(done, 20));
  }
};

const pidIn = (name: string): number | undefined => {
  const file = join(root, 'pids', name);
  return existsSync(file) ? Number(readFileSync(file, 'utf8')) || undefined : undefined;
};

const isGone = (pid: number): boolean => {
  try {
    // A process that has ended and was not asked for its exit code is none either.
    return /^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return true;
  }
};

/** Makes a network with nothing in it; not every machine lets its users do that. */
const WITHOUT_NETWORK = ['unshare', '--map-root-user', '--net'] as const;
const canLeaveNetwork = spawnSync(WITHOUT_NETWORK[0], [...WITHOUT_NETWORK.slice(1), 'true']).status;
const itWithoutNetwork = canLeaveNetwork === 0 ? it : it.skip;

/** As npm runs it, from a process that may go away. */
const start = (before: readonly string[] = []): ChildProcess => {
  const [command = '', ...args] = [...before, process.execPath, join(root, 'scripts/run.mjs')];
  return spawn(command, [...args, 'start'], {
    env: { PATH: `${join(root, 'bin')}:${process.env['PATH']}`, PIDS: join(root, 'pids') },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
};

describe('an installation of packages', () => {
  it.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
    'ends with everything that it has started when it is interrupted by %s',
    async (signal) => {
      const running = start();
      const exited = once(running, 'exit');
      const pids = [await until(() => pidIn('npm')), await until(() => pidIn('child'))];

      running.kill(signal);

      expect(await exited).toEqual([1, null]);
      await until(() => pids.every(isGone));
    },
  );

  it('tells every few seconds how far it is, and counts no folder that is still empty', async () => {
    mkdirSync(join(root, 'node_modules/empty'), { recursive: true });
    for (const name of ['a', '@scope/b']) {
      mkdirSync(join(root, 'node_modules', name), { recursive: true });
      writeFileSync(join(root, 'node_modules', name, 'package.json'), '{}');
    }
    const running = start();
    const exited = once(running, 'exit');
    let said = '';
    running.stdout?.setEncoding('utf8').on('data', (text: string) => {
      said += text;
    });

    await until(() => /Installing packages: \d+ s, 2 of at most 3 are there/.test(said));

    running.kill('SIGINT');
    await exited;
  });

  itWithoutNetwork('asks nobody on a machine without a network', async () => {
    const running = start(WITHOUT_NETWORK);
    const exited = once(running, 'exit');
    let said = '';
    running.stdout?.setEncoding('utf8').on('data', (text: string) => {
      said += text;
    });

    await until(() => pidIn('npm'));

    expect(readFileSync(join(root, 'pids/arguments'), 'utf8')).toContain('--offline');
    expect(said).toContain('This machine has no network');
    running.kill('SIGINT');
    await exited;
  });
});
