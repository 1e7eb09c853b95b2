/**
 * What this server keeps in the engine's database beside the engine's own tables: for each session its last
 * retryable write, or that it committed its last transaction, as MongoDB's `config.transactions`.
 *
 * The engine's own record of retryable writes covers only commands with a single statement, and grows without
 * limit. Here the row is written in the same transaction as the write itself: both are there after a crash, or
 * neither is.
 */

/**
 * A function that runs a write once for a session, a number and a part, and repeats the first reply after that. A
 * command has one part, unless some of its upserts lost a race and run again: see `upsert-races.ts`.
 */
function onceFunction(name: string, call: string): string {
  return `
CREATE OR REPLACE FUNCTION flashreserve_wire.${name}_once(
  db text, spec documentdb_core.bson, sequence documentdb_core.bsonsequence,
  session_id bytea, number bigint, part_number int
) RETURNS documentdb_core.bson LANGUAGE plpgsql AS $body$
DECLARE
  answer documentdb_core.bson;
  last_number bigint;
BEGIN
  SELECT s.txn_number, s.reply INTO last_number, answer FROM flashreserve_wire.sessions s
    WHERE s.session = session_id AND s.part = part_number;
  IF last_number = number AND answer IS NOT NULL THEN
    RETURN answer;
  END IF;
  IF last_number >= number THEN
    RAISE EXCEPTION 'The session has already seen transaction number %.', last_number
      USING ERRCODE = 'M00F5';
  END IF;
  SELECT w.p_result INTO answer FROM documentdb_api.${call} w;
  INSERT INTO flashreserve_wire.sessions AS s (session, part, txn_number, reply)
    VALUES (session_id, part_number, number, answer)
    ON CONFLICT (session, part) DO UPDATE
    SET txn_number = number, reply = answer, written_at = now() WHERE s.txn_number < number;
  IF NOT FOUND THEN
    -- The same command came twice and runs in two places: this one starts over and finds the reply.
    RAISE EXCEPTION 'The same write runs in two places.' USING ERRCODE = '40001';
  END IF;
  RETURN answer;
END
$body$;`;
}

/** Brings the extension to the newest version that the root folder has; nothing happens when it is there already. */
export const UPDATE_SQL = `
SET client_min_messages = error;
ALTER EXTENSION documentdb_core UPDATE;
ALTER EXTENSION documentdb UPDATE;`;

/** Creates what is missing; may be run again. */
export const SCHEMA_SQL = `
CREATE SCHEMA IF NOT EXISTS flashreserve_wire;
CREATE TABLE IF NOT EXISTS flashreserve_wire.sessions (
  session bytea NOT NULL,
  part int NOT NULL DEFAULT 0,
  txn_number bigint NOT NULL,
  reply documentdb_core.bson,
  written_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (session, part)
) WITH (fillfactor = 50);
${onceFunction('insert', 'insert(db, spec, sequence, NULL)')}
${onceFunction('update', 'update(db, spec, sequence, NULL)')}
${onceFunction('delete', 'delete(db, spec, sequence, NULL)')}
${onceFunction('find_and_modify', 'find_and_modify(db, spec, NULL)')}
`;

/** Forgets sessions that no driver can still retry: a session lives 30 minutes. */
export const PRUNE_SQL = `
DELETE FROM flashreserve_wire.sessions WHERE written_at < now() - interval '1 hour';`;
