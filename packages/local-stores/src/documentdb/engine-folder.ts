import { join } from 'node:path';

/** A built engine in the cache, shared by all checkouts of a user. */
export interface EngineFolder {
  /** A minimal Debian with PostgreSQL and DocumentDB: the root folder of the engine's processes. */
  readonly root: string;
}

export function engineFolderIn(folder: string): EngineFolder {
  return { root: join(folder, 'root') };
}

/** What building the engine needs. */
export interface EngineBuild {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly log: (line: string) => void;
  readonly signal?: AbortSignal | undefined;
}
