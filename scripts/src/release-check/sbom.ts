import { z } from 'zod';
import { COMPONENT_FACTS } from '../start/topology';
import { TaskError } from '../task';
import { readOutput } from './read-output';

const bom = z.looseObject({ components: z.array(z.looseObject({ purl: z.string() })) });

export type Sbom = z.output<typeof bom>;

const folders = Object.values(COMPONENT_FACTS).map(({ folder }) => folder);

/**
 * Never with `--omit=dev`, which also drops packages that images contain (npm/cli#7909). Nothing is
 * lost: only the root has development dependencies, and selecting workspaces leaves the root out.
 */
const ARGUMENTS = [
  'sbom',
  '--package-lock-only',
  '--sbom-format=cyclonedx',
  '--sbom-type=application',
  // npm omits them by itself when NODE_ENV is production.
  '--include=dev',
  ...folders.map((folder) => `--workspace=${folder}`),
];

/**
 * The packages that the images install, as a CycloneDX SBOM from the lock file. Includes optional
 * packages for other platforms, because images may be built for those.
 *
 * @throws TaskError if npm prints no SBOM
 */
export const readSbom = async (root: string): Promise<Sbom> => {
  const output = await readOutput('npm', ARGUMENTS, root);
  if (output === '') throw new TaskError('npm sbom failed; it needs npm 10 or newer.');
  return bom.parse(JSON.parse(output));
};
