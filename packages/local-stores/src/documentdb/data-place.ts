import { join } from 'node:path';
import type { EngineFolder } from './engine-folder';

/**
 * Where the data of a database cluster is. PostgreSQL runs inside the engine's root folder and sees
 * only what is in there. If this process may mount, the data stays in its own folder, which is
 * mounted into the root folder for that PostgreSQL alone; otherwise (in a container without that
 * right) it lives inside the root folder.
 */
export interface DataPlace {
  /** Path outside the root folder: the data folder, or a symbolic link to it. */
  readonly hostFolder: string;
  /** Path inside the root folder, as PostgreSQL sees it. */
  readonly innerFolder: string;
  readonly isMounted: boolean;
}

/** Path inside the root folder of data that is not mounted. */
export const INNER_DATA_FOLDER = '/var/lib/flashreserve';

/** The place of the template: inside the root folder, so that creating it needs no mount. */
export function templatePlace(engine: EngineFolder): DataPlace {
  const innerFolder = `${INNER_DATA_FOLDER}/template`;
  return { hostFolder: join(engine.root, innerFolder), innerFolder, isMounted: false };
}
