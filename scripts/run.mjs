// Runs one of the project's tasks on a machine that needs only Node and npm: installs the packages
// if they are missing or older than the lock file, compiles, then runs the task's compiled file in
// this process, so that signals and exit codes need no forwarding. Plain JavaScript without package
// imports, because nothing may be installed yet.
import { spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { networkInterfaces } from 'node:os';
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const NODE_MIN = [20, 19];
const PROGRESS_MS = 5_000;
const PARENT_POLL_MS = 500;
/** Time between SIGTERM and SIGKILL. */
const END_MS = 5_000;
const STOP_SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'];
const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const [task, ...args] = process.argv.slice(2);
// These tasks are separate packages in test/; all others are files of this package.
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

/** Signals the program's process group, which includes everything that it has started. */
const signalGroup = (child, signal) => {
  try {
    process.kill(-child.pid, signal);
  } catch (error) {
    if (error.code !== 'ESRCH') throw error;
  }
};

/**
 * Runs a program. Stops it and everything that it has started when this process is asked to stop,
 * or when its parent (usually npm) is gone.
 */
const run = (what, command, commandArgs, progress) =>
  new Promise((done) => {
    const startedAt = Date.now();
    // npm needs no input here, and a terminal lets only its foreground process group read.
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
        // Child processes that the program left behind.
        signalGroup(child, 'SIGKILL');
        fail(`${what} was stopped. Run it again to continue.`);
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
 * Counts the packages in node_modules, including scoped ones. npm creates all folders at once and
 * fills them as packages arrive, so only folders with a package.json count.
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
  // Otherwise npm would retry requests for each package, for minutes, before it uses its cache.
  const hasNetwork = Object.values(networkInterfaces()).some((addresses) =>
    addresses.some(({ internal }) => !internal),
  );
  say('Installing packages (once, about a minute) ...');
  if (!hasNetwork) say("This machine has no network: packages are taken from npm's cache.");
  await run(
    'Installing packages',
    process.platform === 'win32' ? 'npm.cmd' : 'npm',
    [
      'ci',
      '--no-audit',
      '--no-fund',
      // Its spinner would break our lines.
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
    // Several checkers would each work out the same types.
    '--checkers',
    '1',
    ...(ownPackage ? [`test/${task}/tsconfig.build.json`] : []),
  ],
  () => '',
);

const { main } = createRequire(import.meta.url)(
  resolve(root, ownPackage ?? `scripts/dist/${task}.js`),
);
await main({ root, args });
