import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { type CommandLine, readOptions } from './options';
import { findAdvisories } from './release-check/advisories';
import { readOutput } from './release-check/read-output';
import { readSbom } from './release-check/sbom';
import { reportFailure, say, TaskError, type TaskInput } from './task';

const SBOM_DEFAULT = '.data/release/sbom.cdx.json';
const RELEASE_CHECK = {
  command: 'npm run release:check',
  about:
    'Writes an SBOM of the shipped packages and checks all packages in use for known vulnerabilities.',
  options: { sbom: { kind: 'text', value: 'FILE', help: `default ${SBOM_DEFAULT}` } },
} as const satisfies CommandLine;

const writeSbom = async (root: string, file: string): Promise<void> => {
  const sbom = await readSbom(root);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `${JSON.stringify(sbom, null, 2)}\n`);
  say(`${sbom.components.length} packages are shipped: ${file}`);
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
    await writeSbom(root, resolve(root, readOptions(RELEASE_CHECK, args).sbom ?? SBOM_DEFAULT));
    await askForAdvisories(root);
  } catch (error) {
    reportFailure(error);
  }
};
