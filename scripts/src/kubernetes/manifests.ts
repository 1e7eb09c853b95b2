import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { z } from 'zod';

const manifest = z.looseObject({
  apiVersion: z.string(),
  kind: z.string(),
  metadata: z
    .looseObject({
      name: z.string(),
      labels: z.record(z.string(), z.string()).optional(),
    })
    .optional(),
});

/** An object for the cluster, or a kustomization. */
export type Manifest = z.output<typeof manifest>;

export interface ManifestFile {
  /** Relative to the folder read. */
  readonly file: string;
  readonly manifest: Manifest;
}

/** All files below a folder, as relative paths. */
export const listFiles = (folder: string): readonly string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
    .sort();

/**
 * Reads all objects in the YAML files below a folder.
 *
 * @throws Error when a file is not YAML or not a manifest
 */
export const readManifests = (folder: string): readonly ManifestFile[] =>
  listFiles(folder)
    .filter((file) => file.endsWith('.yaml'))
    .flatMap((file) =>
      parseAllDocuments(readFileSync(join(folder, file), 'utf8')).map((document) => {
        if (document.errors.length > 0) throw new Error(`${file}: ${document.errors.join('; ')}`);
        return { file, manifest: manifest.parse(document.toJS()) };
      }),
    );
