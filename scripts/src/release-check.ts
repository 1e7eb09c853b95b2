import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { z } from 'zod';
import { type CommandLine, readOptions } from './options';
import { findAdvisories } from './release-check/advisories';
import { readOutput } from './release-check/read-output';
import { toSbom } from './release-check/sbom';
import { listShipped, lockFile } from './release-check/shipped';
import { COMPONENT_FACTS } from './start/topology';
import { reportFailure, TaskError, type TaskInput } from './task';

const SBOM_DEFAULT = '.data/release/sbom.cdx.json';
const RELEASE_CHECK = {
  command: 'npm run release:check',
  about:
    'Writes an SBOM of the shipped packages and checks all packages in use for known vulnerabilities.',
  options: { sbom: { kind: 'text', value: 'FILE', help: `default ${SBOM_DEFAULT}` } },
} as const satisfies CommandLine;

const manifest = z.object({ name: z.string(), version: z.string() });

const say = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

/** Read from the lock file: `npm sbom` omits many transitive packages (seen with npm 11.19). */
const writeSbom = (root: string, file: string): void => {
  const read = (name: string): unknown => JSON.parse(readFileSync(join(root, name), 'utf8'));
  const folders = Object.values(COMPONENT_FACTS).map(({ folder }) => folder);
  const shipped = listShipped(lockFile.parse(read('package-lock.json')).packages, folders);
  const sbom = toSbom(manifest.parse(read('package.json')), shipped, new Date());
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `${JSON.stringify(sbom, null, 2)}\n`);
  say(`${shipped.length} packages are shipped: ${file}`);
};

const askForAdvisories = async (root: string): Promise<void> => {
  const { serious, others } = findAdvisories(await readOutput('npm', ['audit', '--json'], root));
  if (serious.length > 0) {
    throw new TaskError(`Vulnerable packages (high or critical): ${serious.join(', ')}`);
  }
  say(`No advisory of level high or critical; ${others} of lower levels.`);
};

/** Writes the SBOM, and checks the packages in use for known vulnerabilities. */
export const main = async ({ root, args }: TaskInput): Promise<void> => {
  try {
    writeSbom(root, resolve(root, readOptions(RELEASE_CHECK, args).sbom ?? SBOM_DEFAULT));
    await askForAdvisories(root);
  } catch (error) {
    reportFailure(error);
  }
};
