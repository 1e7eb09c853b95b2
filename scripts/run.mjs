// Runs one of the project's tasks on a machine that may have nothing but Node and npm: installs the packages
// where they are missing or older than the lock file, compiles, then runs the task's compiled file in this
// very process, so that Ctrl-C and exit codes need no go-between. Plain JavaScript without imports of
// packages, because nothing may be installed yet.
import { spawnSync } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const NODE_MIN = [20, 19];
const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const [task, ...args] = process.argv.slice(2);
// These are packages of their own beside the tests; every other task is a file of this package.
const packages = {
  bench: 'test/bench/dist/main.js',
  chaos: 'test/chaos/dist/chaos/main.js',
  model: 'test/model/dist/main.js',
};
const ownPackage = packages[task];

const fail = (sentence) => {
  process.stderr.write(`${sentence}\n`);
  process.exit(1);
};

const run = (what, command, commandArgs) => {
  const { status, error } = spawnSync(command, commandArgs, { cwd: root, stdio: 'inherit' });
  if (error) fail(`${what} failed: ${error.message}`);
  if (status !== 0) fail(`${what} failed; its output above says why.`);
};

const [major, minor] = process.versions.node.split('.').map(Number);
if (major < NODE_MIN[0] || (major === NODE_MIN[0] && minor < NODE_MIN[1])) {
  fail(
    `FlashReserve needs Node.js ${NODE_MIN.join('.')} or newer; this is ${process.versions.node}.`,
  );
}

// npm writes this file at the end of every complete install.
const installed = resolve(root, 'node_modules/.package-lock.json');
const wanted = resolve(root, 'package-lock.json');
if (!existsSync(installed) || statSync(installed).mtimeMs < statSync(wanted).mtimeMs) {
  process.stdout.write('Installing packages (once, about a minute) ...\n');
  run('Installing packages', process.platform === 'win32' ? 'npm.cmd' : 'npm', [
    'ci',
    '--no-audit',
    '--no-fund',
  ]);
}

process.stdout.write('Compiling ...\n');
run('Compiling', process.execPath, [
  resolve(root, 'node_modules/@typescript/native/bin/tsc'),
  '-b',
  'tsconfig.build.json',
  ...(ownPackage ? [`test/${task}/tsconfig.build.json`] : []),
]);

const { main } = createRequire(import.meta.url)(
  resolve(root, ownPackage ?? `scripts/dist/${task}.js`),
);
await main({ root, args });
