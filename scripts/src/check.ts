import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type CommandLine, readOptions } from './options';
import { runCommand } from './run-command';
import { reportFailure, type TaskInput } from './task';

interface Step {
  readonly title: string;
  readonly command: string;
  readonly args: readonly string[];
}

/**
 * All checks that need no running program. The published contracts are the baseline for breaking
 * changes.
 */
const steps = (generatedDir: string): readonly Step[] => [
  { title: 'Format and lint', command: 'biome', args: ['ci', '--error-on-warnings', '.'] },
  { title: 'No floating promises', command: 'eslint', args: ['--max-warnings=0', '.'] },
  {
    title: 'Types, tests included',
    command: 'tsc',
    args: ['-p', 'tsconfig.json', '--checkers', '1'],
  },
  { title: 'Types of the live sale page', command: 'tsc', args: ['-p', 'packages/live-page/page'] },
  { title: 'Types of browser programs', command: 'tsc', args: ['-p', 'gateway/browser'] },
  { title: 'Proto lint', command: 'buf', args: ['lint'] },
  { title: 'Proto format', command: 'buf', args: ['format', '--diff', '--exit-code'] },
  {
    title: 'No breaking change of the published contracts',
    command: 'buf',
    args: ['breaking', '--against', 'proto/published.binpb'],
  },
  { title: 'Generate the contracts', command: 'buf', args: ['generate', '--output', generatedDir] },
  {
    title: 'Generated code is up to date',
    command: 'diff',
    args: ['-r', join(generatedDir, 'packages/contracts/src/gen'), 'packages/contracts/src/gen'],
  },
  {
    title: 'Descriptors for reflection are up to date',
    command: process.execPath,
    args: ['scripts/run.mjs', 'descriptors', '--check'],
  },
  {
    title: 'Reasons of the RPCs are up to date',
    command: process.execPath,
    args: ['scripts/run.mjs', 'rpc-reasons', '--check'],
  },
  {
    title: 'Documented errors are up to date',
    command: process.execPath,
    args: ['scripts/run.mjs', 'error-docs', '--check'],
  },
  {
    title: 'OpenAPI document and types of the client are up to date',
    command: process.execPath,
    args: ['scripts/run.mjs', 'rest-types', '--check'],
  },
  {
    title: 'Settings of deployments are up to date',
    command: process.execPath,
    args: ['scripts/run.mjs', 'settings', '--check'],
  },
  {
    title: 'OpenAPI document, as Spectral reads it',
    command: 'spectral',
    args: ['lint', '--fail-severity=hint', 'packages/client/src/gen/openapi.json'],
  },
  {
    title: 'OpenAPI document, as Redocly reads it',
    command: 'redocly',
    args: ['lint', 'packages/client/src/gen/openapi.json', '--format=stylish'],
  },
  {
    title: 'Alert rules and dashboard',
    command: process.execPath,
    args: ['scripts/run.mjs', 'observability-check'],
  },
  {
    title: 'Compose files',
    command: 'dclint',
    args: [
      '--max-warnings=0',
      'docker-compose.yml',
      'docker-compose.stores.yml',
      'docker-compose.tls.yml',
      'docker-compose.issuers.yml',
      'docker-compose.observability.yml',
    ],
  },
];

const CHECK = {
  command: 'npm run check',
  about: 'Runs all checks that need no running program.',
  options: {},
} as const satisfies CommandLine;

/** Runs every step even if one fails, so that one run reports all problems. */
const runSteps = async (root: string): Promise<void> => {
  const generatedDir = mkdtempSync(join(tmpdir(), 'flashreserve-generated-'));
  const env = {
    ...process.env,
    REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true',
    REDOCLY_TELEMETRY: 'off',
    PATH: `${join(root, 'node_modules/.bin')}:${process.env['PATH'] ?? ''}`,
  };
  const failed: string[] = [];
  try {
    for (const { title, command, args } of steps(generatedDir)) {
      process.stdout.write(`\n> ${title}\n`);
      if ((await runCommand(command, args, { cwd: root, env })) !== 0) failed.push(title);
    }
  } finally {
    rmSync(generatedDir, { recursive: true, force: true });
  }
  process.stdout.write(
    failed.length === 0 ? '\nAll checks passed.\n' : `\nFailed: ${failed.join('; ')}.\n`,
  );
  process.exitCode = failed.length === 0 ? 0 : 1;
};

/** Runs all checks; exits 1 when one fails. */
export const main = async ({ root, args }: TaskInput): Promise<void> => {
  try {
    readOptions(CHECK, args);
    await runSteps(root);
  } catch (error) {
    reportFailure(error);
  }
};
