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

/** A long installation with a child process of its own, like npm's. */
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
    if (Date.now() > giveUpAt) throw new Error('Timed out waiting for the condition.');
    await new Promise((done) => setTimeout(done, 20));
  }
};

const pidIn = (name: string): number | undefined => {
  const file = join(root, 'pids', name);
  return existsSync(file) ? Number(readFileSync(file, 'utf8')) || undefined : undefined;
};

const isGone = (pid: number): boolean => {
  try {
    // A zombie process does not count either.
    return /^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return true;
  }
};

/** Runs in an empty network namespace, which not every machine allows. */
const WITHOUT_NETWORK = ['unshare', '--map-root-user', '--net'] as const;
const canLeaveNetwork = spawnSync(WITHOUT_NETWORK[0], [...WITHOUT_NETWORK.slice(1), 'true']).status;
const itWithoutNetwork = canLeaveNetwork === 0 ? it : it.skip;

/** Started like npm does, from a process that may exit first. */
const start = (before: readonly string[] = []): ChildProcess => {
  const [command = '', ...args] = [...before, process.execPath, join(root, 'scripts/run.mjs')];
  return spawn(command, [...args, 'start'], {
    env: { PATH: `${join(root, 'bin')}:${process.env['PATH']}`, PIDS: join(root, 'pids') },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
};

describe('package installation', () => {
  it.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
    'the installation ends with all its processes when it is interrupted by %s',
    async (signal) => {
      const running = start();
      const exited = once(running, 'exit');
      const pids = [await until(() => pidIn('npm')), await until(() => pidIn('child'))];

      running.kill(signal);

      expect(await exited).toEqual([1, null]);
      await until(() => pids.every(isGone));
    },
  );

  it('progress is reported every few seconds and does not count empty package folders', async () => {
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

  itWithoutNetwork('no registry is contacted on a machine without a network', async () => {
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
