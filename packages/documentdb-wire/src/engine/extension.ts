import { runSqlWhenReady } from './run-sql-when-ready';

/**
 * Installs the extension, and switches off its background index builder, which polls a queue every
 * two seconds: the wire server builds indexes at once.
 */
const EXTENSION_SQL = `
CREATE EXTENSION documentdb CASCADE;
SELECT cron.alter_job(jobid, active => false) FROM cron.job WHERE jobname LIKE 'documentdb_index_build%';
`;

/**
 * Prepares a new database cluster, once, before the first wire server runs on it.
 * @param socketFolder Folder of PostgreSQL's Unix socket.
 * @returns False when PostgreSQL does not answer within the deadline. SQL errors are thrown.
 */
export function installExtension(socketFolder: string, deadlineMs: number): Promise<boolean> {
  return runSqlWhenReady(socketFolder, EXTENSION_SQL, deadlineMs);
}
