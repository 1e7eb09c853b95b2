import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { z } from 'zod';

const ROOT = resolve(__dirname, '../..');
const read = (file: string): unknown => JSON.parse(readFileSync(resolve(ROOT, file), 'utf8'));

const lockFile = z.object({
  packages: z.record(z.string(), z.object({ hasInstallScript: z.boolean().optional() })),
});
const manifest = z.object({ allowScripts: z.record(z.string(), z.boolean()) });

/** The package name of a path in the lock file. */
const nameOf = (place: string): string => place.split('node_modules/').at(-1) ?? '';

describe('install scripts of dependencies', () => {
  it('package.json lists exactly the packages with install scripts, each allowed or denied', () => {
    const withScript = Object.entries(lockFile.parse(read('package-lock.json')).packages)
      .filter(([, { hasInstallScript }]) => hasInstallScript)
      .map(([place]) => nameOf(place));
    const { allowScripts } = manifest.parse(read('package.json'));

    expect(Object.keys(allowScripts).sort()).toEqual([...new Set(withScript)].sort());
  });

  it('images install without running scripts', () => {
    const installs = readFileSync(resolve(ROOT, 'Dockerfile'), 'utf8').match(/npm ci[^\n]*/g);

    expect(installs?.length).toBeGreaterThan(0);
    for (const command of installs ?? []) expect(command).toContain('--ignore-scripts');
  });
});
