import { join } from 'node:path';

/** A built engine in the cache, shared by all checkouts of this user. */
export interface EngineFolder {
  /** A small Debian with PostgreSQL and the DocumentDB extension: the root of the engine's processes. */
  readonly root: string;
}

/** The parts of a built engine. */
export function engineFolderIn(folder: string): EngineFolder {
  return { root: join(folder, 'root') };
}

/** What building and starting the engine need. */
export interface EngineBuild {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly log: (line: string) => void;
  readonly signal?: AbortSignal | undefined;
}
