import { z } from 'zod';

const names = z.record(z.string(), z.string()).optional();

/** The parts of npm's lock file that describe installed packages. */
export const lockFile = z.object({
  packages: z.record(
    z.string(),
    z.object({
      name: z.string().optional(),
      version: z.string().optional(),
      license: z.string().optional(),
      integrity: z.string().optional(),
      /** True for a link, which points to the folder in `resolved`. */
      link: z.boolean().optional(),
      resolved: z.string().optional(),
      dependencies: names,
      optionalDependencies: names,
      peerDependencies: names,
      peerDependenciesMeta: z
        .record(z.string(), z.object({ optional: z.boolean().optional() }))
        .optional(),
    }),
  ),
});

export type Packages = z.output<typeof lockFile>['packages'];

export interface Shipped {
  readonly name: string;
  readonly version: string;
  readonly license: string | undefined;
  /** As in the lock file: `sha512-` and base64. Missing for our own packages. */
  readonly integrity: string | undefined;
}

/**
 * Resolves a dependency like Node: in the package's own folder or the nearest parent that has it.
 */
const placeOf = (packages: Packages, from: string, name: string): string | undefined => {
  for (let folder = from; ; folder = folder.slice(0, Math.max(0, folder.lastIndexOf('/')))) {
    const place = `${folder === '' ? '' : `${folder}/`}node_modules/${name}`;
    const entry = packages[place];
    if (entry !== undefined) return entry.link ? entry.resolved : place;
    if (folder === '') return undefined;
  }
};

/** Optional peers are not installed for a package. */
const neededBy = (entry: Packages[string] | undefined): readonly string[] => [
  ...Object.keys(entry?.dependencies ?? {}),
  ...Object.keys(entry?.optionalDependencies ?? {}),
  ...Object.keys(entry?.peerDependencies ?? {}).filter(
    (name) => !entry?.peerDependenciesMeta?.[name]?.optional,
  ),
];

const describe = (packages: Packages, place: string): Shipped => {
  const { name, version = '', license, integrity } = packages[place] ?? {};
  return { name: name ?? place.split('node_modules/').at(-1) ?? '', version, license, integrity };
};

/**
 * Lists the run-time dependencies of the given folders, including the folders themselves, each
 * version once, sorted by name. Includes optional packages for other platforms, because images may
 * be built for those.
 */
export const listShipped = (packages: Packages, roots: readonly string[]): readonly Shipped[] => {
  const seen = new Set(roots);
  // Members added to a Set during iteration are visited too.
  for (const place of seen) {
    for (const name of neededBy(packages[place])) {
      const needed = placeOf(packages, place, name);
      if (needed !== undefined) seen.add(needed);
    }
  }
  const byId = new Map(
    [...seen].map((place) => {
      const shipped = describe(packages, place);
      return [`${shipped.name}@${shipped.version}`, shipped];
    }),
  );
  return [...byId.keys()].sort().flatMap((id) => byId.get(id) ?? []);
};
