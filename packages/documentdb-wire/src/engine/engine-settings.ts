/** What `postgresql.conf` must say for the engine to behave as the wire server expects. */
export const ENGINE_SETTINGS = `
shared_preload_libraries = 'pg_cron,pg_documentdb_core,pg_documentdb'
cron.database_name = 'postgres'
# A job remembers the address at which it was made; a worker needs none.
cron.use_background_workers = on
cron.log_run = off
cron.log_statement = off
# Its jobs are those of the scheduler once more.
documentdb.enableBackgroundWorker = off
# As MongoDB: a cursor lives ten minutes without use.
documentdb.defaultCursorExpiryTimeLimitSeconds = 600

# The wire server uses at most 32 + 64 connections; the engine connects back to itself for its catalogue.
max_connections = 150
# Unique indexes here are exclusion constraints: inserts of the same key at the same time deadlock and run again.
deadlock_timeout = 20ms
`;
