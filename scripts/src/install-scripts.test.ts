import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { z } from 'zod';

const ROOT = resolve(__dirname, '../..');
const read = (file: string): unknown => JSON.parse(readFileSync(resolve(ROOT, file), 'utf8'));

const lockFile = z.object({
  packages: z.record(z.string(), z.object({ hasInstallScript: z.boolean().optional() })),
});
const manifest = z.object({ allowScripts: z.record(z.string(), z.boolean()) });

/** The name of a package from its place in the lock file. */
const nameOf = (place: string): string => place.split('node_modules/').at(-1) ?? '';

describe('programs that packages bring and npm runs while it installs them', () => {
  it('are each on the list in package.json, allowed or not, and nothing else is', () => {
    const withScript = Object.entries(lockFile.parse(read('package-lock.json')).packages)
      .filter(([, { hasInstallScript }]) => hasInstallScript)
      .map(([place]) => nameOf(place));
    const { allowScripts } = manifest.parse(read('package.json'));

    expect(Object.keys(allowScripts).sort()).toEqual([...new Set(withScript)].sort());
  });

  it('do not run in images, which need none of them', () => {
    const installs = readFileSync(resolve(ROOT, 'Dockerfile'), 'utf8').match(/npm ci[^\n]*/g);

    expect(installs?.length).toBeGreaterThan(0);
    for (const command of installs ?? []) expect(command).toContain('--ignore-scripts');
  });
});
