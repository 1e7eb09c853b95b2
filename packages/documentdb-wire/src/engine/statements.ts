/** A prepared statement: parsed once per connection. */
export interface Statement {
  readonly name: string;
  readonly text: string;
}

const cursorPage = (name: string): Statement => ({
  name,
  text: `SELECT cursorpage, continuation FROM documentdb_api.${name}_cursor_first_page($1, $2)`,
});

const write = (name: string): Statement => ({
  name,
  text: `SELECT p_result FROM documentdb_api.${name}($1, $2, $3, NULL)`,
});

const writeOnce = (name: string): Statement => ({
  name: `${name}_once`,
  text: `SELECT flashreserve_wire.${name}_once($1, $2, $3, $4, $5, $6)`,
});

const explain = (name: string): Statement => ({
  name: `explain_${name}`,
  text: `EXPLAIN (FORMAT JSON) SELECT document FROM documentdb_api_catalog.bson_aggregation_${name}($1, $2)`,
});

/** Every statement that this server sends to the engine. */
export const STATEMENTS = {
  ping: { name: 'ping', text: 'SELECT 1' },
  insert: write('insert'),
  update: write('update'),
  delete: write('delete'),
  findAndModify: {
    name: 'find_and_modify',
    text: 'SELECT p_result FROM documentdb_api.find_and_modify($1, $2, NULL)',
  },
  insertOnce: writeOnce('insert'),
  updateOnce: writeOnce('update'),
  deleteOnce: writeOnce('delete'),
  findAndModifyOnce: writeOnce('find_and_modify'),
  find: cursorPage('find'),
  aggregate: cursorPage('aggregate'),
  listCollections: cursorPage('list_collections'),
  listIndexes: cursorPage('list_indexes'),
  getMore: {
    name: 'get_more',
    text: 'SELECT cursorpage, continuation FROM documentdb_api.cursor_get_more($1, $2, $3)',
  },
  deleteCursors: {
    name: 'delete_cursors',
    text: 'SELECT documentdb_api_internal.delete_cursors($1)',
  },
  count: { name: 'count', text: 'SELECT document FROM documentdb_api.count_query($1, $2)' },
  distinct: {
    name: 'distinct',
    text: 'SELECT document FROM documentdb_api.distinct_query($1, $2)',
  },
  explainFind: explain('find'),
  explainAggregate: explain('pipeline'),
  explainCount: explain('count'),
  explainUpdate: explain('update'),
  explainDelete: explain('delete'),
  createView: {
    name: 'create_view',
    text: 'SELECT documentdb_api.create_collection_view($1, $2)',
  },
  dropCollection: {
    name: 'drop_collection',
    text: 'SELECT documentdb_api.drop_collection($1, $2)',
  },
  dropDatabase: { name: 'drop_database', text: 'SELECT documentdb_api.drop_database($1)' },
  listDatabases: { name: 'list_databases', text: 'SELECT documentdb_api.list_databases($1)' },
  createIndexes: {
    name: 'create_indexes',
    text: 'SELECT documentdb_api_internal.create_indexes_non_concurrently($1, $2, true)',
  },
  dropIndexes: { name: 'drop_indexes', text: 'CALL documentdb_api.drop_indexes($1, $2)' },
  collMod: { name: 'coll_mod', text: 'SELECT documentdb_api.coll_mod($1, $2, $3)' },
  collStats: { name: 'coll_stats', text: 'SELECT documentdb_api.coll_stats($1, $2, $3)' },
  dbStats: { name: 'db_stats', text: 'SELECT documentdb_api.db_stats($1, $2, $3)' },
  renameCollection: {
    name: 'rename_collection',
    text: 'SELECT documentdb_api.rename_collection($1::documentdb_core.bson)',
  },
  indexKeys: {
    name: 'index_keys',
    text: `SELECT (i.index_spec).index_key FROM documentdb_api_catalog.collection_indexes i
           JOIN documentdb_api_catalog.collections c USING (collection_id)
           WHERE c.database_name = $1 AND c.collection_name = $2 AND (i.index_spec).index_name = $3`,
  },
  collectionId: {
    name: 'collection_id',
    text: `SELECT collection_id FROM documentdb_api_catalog.collections
           WHERE database_name = $1 AND collection_name = $2`,
  },
  indexById: {
    name: 'index_by_id',
    text: `SELECT (index_spec).index_name, (index_spec).index_key
           FROM documentdb_api_catalog.collection_indexes WHERE index_id = $1`,
  },
  findCommit: {
    name: 'find_commit',
    text: `SELECT 1 FROM flashreserve_wire.sessions
           WHERE session = $1 AND part = 0 AND txn_number = $2 AND reply IS NULL`,
  },
} as const satisfies Readonly<Record<string, Statement>>;

/** SQL that records, inside the transaction, that it is committed. */
export const recordCommit = (session: Buffer, number: bigint): string =>
  `INSERT INTO flashreserve_wire.sessions (session, txn_number)
   VALUES ('\\x${session.toString('hex')}', ${number})
   ON CONFLICT (session, part) DO UPDATE
   SET txn_number = excluded.txn_number, reply = NULL, written_at = now()`;
