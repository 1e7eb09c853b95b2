/**
 * What this server stores in the engine's database: the last retryable write of each session, or
 * that its last transaction was committed. MongoDB keeps the same in `config.transactions`.
 *
 * The engine's own record of retryable writes covers only commands with a single statement, and
 * grows without limit. Here the row is written in the same transaction as the write itself, so a
 * crash leaves both or neither.
 */

/**
 * A function that runs a write at most once for a session, transaction number and part, and after
 * that returns the first reply. A command has one part, unless some of its upserts lost a race and
 * are retried: see `upsert-races.ts`.
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
    -- The same command runs twice at the same time: this one is retried, and then finds the reply.
    RAISE EXCEPTION 'The same write runs in two places.' USING ERRCODE = '40001';
  END IF;
  RETURN answer;
END
$body$;`;
}

/** Updates the extension to the newest installed version. Does nothing if it is up to date. */
export const UPDATE_SQL = `
SET client_min_messages = error;
ALTER EXTENSION documentdb_core UPDATE;
ALTER EXTENSION documentdb UPDATE;`;

/** Creates what is missing. Idempotent. */
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

/** Deletes sessions that no driver can retry any more: a session lives for 30 minutes. */
export const PRUNE_SQL = `
DELETE FROM flashreserve_wire.sessions WHERE written_at < now() - interval '1 hour';`;
