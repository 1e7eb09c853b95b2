import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ENGINE_SETTINGS } from '@flashreserve/documentdb-wire';
import type { DataPlace } from './data-place';

/** The file in a cluster that is written anew at every start, and the line that makes PostgreSQL read it. */
const SETTINGS_FILE = 'flashreserve.conf';
export const INCLUDE_SETTINGS = `\ninclude '${SETTINGS_FILE}'\n`;

const SETTINGS = `
# Only a Unix socket, in the data folder: no other user reaches it and no port is taken.
listen_addresses = ''
unix_socket_permissions = 0700

# Needs no /dev/shm, which small containers lack.
dynamic_shared_memory_type = mmap

shared_buffers = 128MB
jit = off
max_wal_size = 1GB
autovacuum_naptime = 20s
synchronous_commit = on
`;

/**
 * Faster, and only a crash of the whole machine would notice. Full pages stay in the log: a process that is killed
 * in the middle of a write leaves half a page behind, which breaks an index for good.
 */
const SETTINGS_WITHOUT_FLUSHING = `
fsync = off
`;

/** Only the Unix socket, and only by the operating system's word for who is calling. */
const HOST_BASED_ACCESS = `
local all all peer map=stores
`;

/** Root, who runs the wire server, is let in as \`postgres\`; the engine's own processes as any of its roles. */
const IDENT_MAP = `
stores root postgres
stores postgres all
`;

/**
 * Writes the settings of a cluster, at every start anew.
 * @param isFlushing Flush to disk at every commit: survives a power cut. A killed process loses nothing either way.
 */
export function writeSettings(place: DataPlace, isFlushing: boolean): void {
  const { innerFolder } = place;
  // The engine connects back to itself for some changes of its catalogue.
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

/** The database cluster, as PostgreSQL sees it. */
export function clusterOf(place: DataPlace): string {
  return `${place.innerFolder}/cluster`;
}
