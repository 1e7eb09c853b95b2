import { execFileSync } from 'node:child_process';
import { cpus, release, totalmem } from 'node:os';

/** The machine of a run, without names of machines or people. */
export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGb: number;
  readonly kernel: string;
  readonly node: string;
}

const BYTES_PER_GB = 1_073_741_824;

/** Describes this machine. */
export const describeMachine = (): Machine => ({
  cpu: cpus()[0]?.model.trim() ?? 'unknown',
  cores: cpus().length,
  memoryGb: Math.round(totalmem() / BYTES_PER_GB),
  kernel: release(),
  node: process.version,
});

const git = (root: string, args: readonly string[]): string | undefined => {
  try {
    return execFileSync('git', [...args], {
      cwd: root,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim();
  } catch {
    // No git checkout; the numbers are valid nevertheless.
    return undefined;
  }
};

/** The measured commit, marked if files differ from it. */
export const describeCommit = (root: string): string => {
  const commit = git(root, ['rev-parse', '--short=12', 'HEAD']);
  if (commit === undefined) return 'unknown';
  const changes = git(root, ['status', '--porcelain', '--', ':!docs/benchmarks']);
  return changes === '' ? commit : `${commit} with local changes`;
};
