import type { Environment } from '../processes/environment';
import { canInstallPackages, installPackages } from './debian';
import { findOnPath } from './find-program';

/**
 * The absolute path of the first of these programs that is on PATH. If there is none and this
 * process may install packages, installs the given ones and searches again. Undefined if there is
 * still none.
 */
export async function findOrInstallProgram(options: {
  readonly env: Environment;
  readonly names: readonly string[];
  readonly packages: readonly string[];
  readonly log: (line: string) => void;
}): Promise<string | undefined> {
  const { env, names, packages, log } = options;
  const found = findOnPath(env, names);
  if (found !== undefined || !canInstallPackages(env)) return found;
  log(`Installing ${packages.join(' and ')} from the distribution's packages.`);
  await installPackages(options, { packages, unwantedServices: [] });
  return findOnPath(env, names);
}
