// Runs one of the project's tasks on a machine that may have nothing but Node and npm: installs the packages
// where they are missing or older than the lock file, compiles, then runs the task's compiled file in this
// very process, so that Ctrl-C and exit codes need no go-between. Plain JavaScript without imports of
// packages, because nothing may be installed yet.
import { spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { networkInterfaces } from 'node:os';
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const NODE_MIN = [20, 19];
const PROGRESS_MS = 5_000;
const PARENT_POLL_MS = 500;
/** How long a program that is asked to end may take. */
const END_MS = 5_000;
const STOP_SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'];
const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const [task, ...args] = process.argv.slice(2);
// These are packages of their own beside the tests; every other task is a file of this package.
const packages = {
  bench: 'test/bench/dist/main.js',
  chaos: 'test/chaos/dist/chaos/main.js',
  model: 'test/model/dist/main.js',
};
const ownPackage = packages[task];

const say = (sentence) => {
  process.stdout.write(`${sentence}\n`);
};
const fail = (sentence) => {
  process.stderr.write(`${sentence}\n`);
  process.exit(1);
};

/** Signals the program and all that it has started: they are a process group of their own. */
const signalGroup = (child, signal) => {
  try {
    process.kill(-child.pid, signal);
  } catch (error) {
    if (error.code !== 'ESRCH') throw error;
  }
};

/**
 * Runs a program, and ends it with everything that it has started when this process is asked to stop, or when the
 * one that started this process (npm, usually) is gone.
 */
const run = (what, command, commandArgs, progress) =>
  new Promise((done) => {
    const startedAt = Date.now();
    // npm asks nothing here, and a terminal would let only one group of processes read.
    const stdio = ['ignore', 'inherit', 'inherit'];
    const child = spawn(command, commandArgs, { cwd: root, stdio, detached: true });
    let stopping = false;
    const stop = () => {
      if (stopping) return;
      stopping = true;
      signalGroup(child, 'SIGTERM');
      setTimeout(() => signalGroup(child, 'SIGKILL'), END_MS).unref();
    };
    for (const signal of STOP_SIGNALS) process.on(signal, stop);
    const parent = process.ppid;
    const watch = setInterval(() => process.ppid === parent || stop(), PARENT_POLL_MS);
    const telling = setInterval(() => {
      if (!stopping) say(`${what}: ${Math.round((Date.now() - startedAt) / 1_000)} s${progress()}`);
    }, PROGRESS_MS);
    child.once('error', (error) => fail(`${what} failed: ${error.message}`));
    child.once('close', (status) => {
      clearInterval(watch);
      clearInterval(telling);
      for (const signal of STOP_SIGNALS) process.off(signal, stop);
      if (stopping) {
        // What the program had started and left behind.
        signalGroup(child, 'SIGKILL');
        fail(`${what} was stopped. Run it again to go on.`);
      }
      if (status !== 0) fail(`${what} failed; its output above says why.`);
      done();
    });
  });

const [major, minor] = process.versions.node.split('.').map(Number);
if (major < NODE_MIN[0] || (major === NODE_MIN[0] && minor < NODE_MIN[1])) {
  fail(
    `FlashReserve needs Node.js ${NODE_MIN.join('.')} or newer; this is ${process.versions.node}.`,
  );
}

/**
 * Packages below node_modules, those of scopes too. npm makes the folders of all of them at once and fills them as
 * the packages arrive, so that only a folder with something in it counts.
 */
const countInstalled = () => {
  const folder = resolve(root, 'node_modules');
  const names = (path) => (existsSync(path) ? readdirSync(path) : []);
  return names(folder)
    .filter((name) => !name.startsWith('.'))
    .flatMap((name) =>
      name.startsWith('@') ? names(resolve(folder, name)).map((own) => `${name}/${own}`) : [name],
    )
    .filter((name) => existsSync(resolve(folder, name, 'package.json'))).length;
};

// npm writes this file at the end of every complete install.
const installed = resolve(root, 'node_modules/.package-lock.json');
const wanted = resolve(root, 'package-lock.json');
if (!existsSync(installed) || statSync(installed).mtimeMs < statSync(wanted).mtimeMs) {
  const places = Object.keys(JSON.parse(readFileSync(wanted, 'utf8')).packages);
  const all = places.filter((place) => /^node_modules\/(@[^/]+\/)?[^/]+$/.test(place)).length;
  // npm would ask in vain about each package, for minutes, before it looks into its cache.
  const hasNetwork = Object.values(networkInterfaces()).some((addresses) =>
    addresses.some(({ internal }) => !internal),
  );
  say('Installing packages (once, about a minute) ...');
  if (!hasNetwork) say("This machine has no network: packages come from npm's cache alone.");
  await run(
    'Installing packages',
    process.platform === 'win32' ? 'npm.cmd' : 'npm',
    [
      'ci',
      '--no-audit',
      '--no-fund',
      // Its spinner would write into our lines.
      '--no-progress',
      ...(hasNetwork ? [] : ['--offline']),
    ],
    () => `, ${countInstalled()} of at most ${all} are there`,
  );
}

say('Compiling ...');
await run(
  'Compiling',
  process.execPath,
  [
    resolve(root, 'node_modules/@typescript/native/bin/tsc'),
    '-b',
    'tsconfig.build.json',
    ...(ownPackage ? [`test/${task}/tsconfig.build.json`] : []),
  ],
  () => '',
);

const { main } = createRequire(import.meta.url)(
  resolve(root, ownPackage ?? `scripts/dist/${task}.js`),
);
await main({ root, args });
