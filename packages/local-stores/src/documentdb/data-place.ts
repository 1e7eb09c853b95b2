import { join } from 'node:path';
import type { EngineFolder } from './engine-folder';

/**
 * Where a database cluster's data is. PostgreSQL runs inside the root folder of the engine and sees only what is in
 * there. Where this process may mount, the data stays in its own folder and is mounted into the root folder for
 * that PostgreSQL alone; elsewhere (a container without that right) it lives inside the root folder.
 */
export interface DataPlace {
  /** For everything outside: the data folder, or a symbolic link to it. */
  readonly hostFolder: string;
  /** The same folder as PostgreSQL sees it. */
  readonly innerFolder: string;
  readonly isMounted: boolean;
}

/** Folder inside the root folder for data that is not mounted. */
export const INNER_DATA_FOLDER = '/var/lib/flashreserve';

/** The place of the template, inside the root folder, so that making it needs no mount. */
export function templatePlace(engine: EngineFolder): DataPlace {
  const innerFolder = `${INNER_DATA_FOLDER}/template`;
  return { hostFolder: join(engine.root, innerFolder), innerFolder, isMounted: false };
}
