/** Lines for `postgresql.conf` that the wire server relies on. */
export const ENGINE_SETTINGS = `
shared_preload_libraries = 'pg_cron,pg_documentdb_core,pg_documentdb'
cron.database_name = 'postgres'
# Jobs store the address at which they were created; background workers need none.
cron.use_background_workers = on
cron.log_run = off
cron.log_statement = off
# It would run the jobs that pg_cron already runs.
documentdb.enableBackgroundWorker = off
# As in MongoDB: cursors time out after ten idle minutes.
documentdb.defaultCursorExpiryTimeLimitSeconds = 600

# The wire server uses at most 32 + 64 connections; the engine connects to itself for catalogue
# changes.
max_connections = 150
# Unique indexes are exclusion constraints: concurrent inserts of the same key deadlock and are
# retried.
deadlock_timeout = 20ms
`;
