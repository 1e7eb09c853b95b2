import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ENGINE_SETTINGS } from '@flashreserve/documentdb-wire';
import type { DataPlace } from './data-place';

/** The file in a cluster that is rewritten at every start, and the line that includes it. */
const SETTINGS_FILE = 'flashreserve.conf';
export const INCLUDE_SETTINGS = `\ninclude '${SETTINGS_FILE}'\n`;

const SETTINGS = `
# Only a Unix socket, in the data folder: no other user can connect, and no port is used.
listen_addresses = ''
unix_socket_permissions = 0700

# Works without /dev/shm, which small containers lack.
dynamic_shared_memory_type = mmap

shared_buffers = 128MB
jit = off
max_wal_size = 1GB
autovacuum_naptime = 20s
synchronous_commit = on
`;

/**
 * Faster; data is at risk only if the whole machine crashes. `full_page_writes` stays on: a process
 * killed in the middle of a write leaves a torn page, which would corrupt an index for good.
 */
const SETTINGS_WITHOUT_FLUSHING = `
fsync = off
`;

/** Only over the Unix socket, with the operating system's word for who connects. */
const HOST_BASED_ACCESS = `
local all all peer map=stores
`;

/**
 * Root, which runs the wire server, may connect as \`postgres\`; the engine's processes as any
 * role.
 */
const IDENT_MAP = `
stores root postgres
stores postgres all
`;

/**
 * Writes the settings of a cluster. Called before every start.
 * @param isFlushing Whether commits are flushed to disk and survive a power cut. A killed process
 * loses nothing in either case.
 */
export function writeSettings(place: DataPlace, isFlushing: boolean): void {
  const { innerFolder } = place;
  // The engine connects to itself for some catalogue changes.
  const placement = `
unix_socket_directories = '${innerFolder}'
documentdb.localhost_connection_string = 'host=${innerFolder}'
`;
  const text = `${SETTINGS}${ENGINE_SETTINGS}${placement}${isFlushing ? '' : SETTINGS_WITHOUT_FLUSHING}`;
  const cluster = join(place.hostFolder, 'cluster');
  writeFileSync(join(cluster, SETTINGS_FILE), text);
  writeFileSync(join(cluster, 'pg_hba.conf'), HOST_BASED_ACCESS);
  writeFileSync(join(cluster, 'pg_ident.conf'), IDENT_MAP);
}

/** Path of the database cluster inside the root folder. */
export function clusterOf(place: DataPlace): string {
  return `${place.innerFolder}/cluster`;
}
