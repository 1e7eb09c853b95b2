import { existsSync, readFileSync } from 'node:fs';
import { basename, dirname, join, normalize } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { listFiles } from './manifests';

const FILE_NAME = 'kustomization.yaml';
/** Kustomizations that people reference, on the command line or in their own overlays. */
const ENTRANCES = ['components/mutual-tls', 'components/outside-issuers', 'overlays/example'];

const kustomization = z.strictObject({
  apiVersion: z.enum(['kustomize.config.k8s.io/v1beta1', 'kustomize.config.k8s.io/v1alpha1']),
  kind: z.enum(['Kustomization', 'Component']),
  namespace: z.string().optional(),
  resources: z.array(z.string()).default([]),
  patches: z.array(z.strictObject({ path: z.string() })).default([]),
  configMapGenerator: z
    .array(
      z.strictObject({
        name: z.string(),
        behavior: z.enum(['create', 'merge', 'replace']).optional(),
        envs: z.array(z.string()).default([]),
        literals: z.array(z.string()).default([]),
      }),
    )
    .default([]),
  images: z
    .array(z.strictObject({ name: z.string(), newName: z.string(), newTag: z.string() }))
    .default([]),
});

export type Kustomization = z.output<typeof kustomization>;

/**
 * @throws ZodError when it is not a kustomization, or has members that this project does not use
 */
export const readKustomization = (folder: string): Kustomization =>
  kustomization.parse(parse(readFileSync(join(folder, FILE_NAME), 'utf8')));

/** Parses `KEY=value` lines of generated settings. */
export const readSettings = (lines: readonly string[]): ReadonlyMap<string, string> =>
  new Map(
    lines
      .filter((line) => line !== '' && !line.startsWith('#'))
      .map((line) => {
        const equals = line.indexOf('=');
        return [line.slice(0, equals), line.slice(equals + 1)];
      }),
  );

/**
 * Compares the kustomizations below `root` with the files: returns unlisted files and listed files
 * that are missing.
 */
export const findListingProblems = (root: string): readonly string[] => {
  const files = listFiles(root);
  const folders = files.filter((file) => basename(file) === FILE_NAME).map(dirname);
  const named = new Set<string>();
  const problems: string[] = [];
  for (const folder of folders) {
    const { resources, patches, configMapGenerator } = readKustomization(join(root, folder));
    const paths = [
      ...resources,
      ...patches.map(({ path }) => path),
      ...configMapGenerator.flatMap(({ envs }) => envs),
    ];
    for (const path of paths) {
      const target = normalize(join(folder, path));
      const file = folders.includes(target) ? join(target, FILE_NAME) : target;
      named.add(file);
      if (!existsSync(join(root, file))) problems.push(`${folder} names ${path}, which is missing`);
    }
  }
  for (const folder of ENTRANCES) named.add(join(folder, FILE_NAME));
  const unnamed = files.filter((file) => !named.has(file));
  return [...problems, ...unnamed.map((file) => `no kustomization names ${file}`)];
};
