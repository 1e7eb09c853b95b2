import { deserialize } from 'bson';
import { bytesOfBson, type Row } from '../engine/engine';
import { STATEMENTS, type Statement } from '../engine/statements';
import { CommandError } from '../errors/command-error';
import { CODE } from '../errors/error-codes';
import { RawDocument } from '../protocol/raw-document';
import {
  type Command,
  collectionOf,
  type Handler,
  reply,
  runForDocument,
  runStatement,
} from './command';

/** Stores the engine's continuation, if there is a next page. Returns this page. */
function keepCursor(command: Command, row: Row | undefined): Buffer {
  const page = bytesOfBson(row?.[0]);
  const continuation = row?.[1];
  const id = new RawDocument(page).document('cursor')?.bigint('id') ?? 0n;
  if (continuation !== null && continuation !== undefined && id !== 0n) {
    command.cursors.put(id, {
      database: command.database,
      continuation: bytesOfBson(continuation),
    });
  }
  return page;
}

const firstPage =
  (statement: Statement): Handler =>
  async (command) =>
    keepCursor(
      command,
      await runStatement(command, statement, [command.database, command.body.bytes]),
    );

/**
 * Removes the engine's `storageEngine` field, which tools that compare indexes would take for a
 * difference.
 */
function withoutStorageEngine(page: Buffer): Buffer {
  const { cursor } = deserialize(page, { promoteLongs: false });
  for (const index of cursor?.['firstBatch'] ?? []) {
    delete index['storageEngine'];
  }
  return reply({ cursor });
}

async function listIndexes(command: Command): Promise<Buffer> {
  const values = [command.database, command.body.bytes];
  return withoutStorageEngine(
    keepCursor(command, await runStatement(command, STATEMENTS.listIndexes, values)),
  );
}

async function getMore(command: Command): Promise<Buffer> {
  const id = command.body.bigint('getMore');
  if (id === undefined) {
    throw new CommandError(CODE.badValue, 'getMore needs the number of a cursor.');
  }
  const { continuation } = command.cursors.get(id);
  const values = [command.database, command.body.bytes, continuation];
  const row = await runStatement(command, STATEMENTS.getMore, values);
  command.cursors.delete(id);
  return keepCursor(command, row);
}

async function killCursors(command: Command): Promise<Buffer> {
  const ids = command.body.document('cursors')?.bigints() ?? [];
  const killed = ids.filter((id) => command.cursors.delete(id));
  if (killed.length > 0) {
    await runStatement(command, STATEMENTS.deleteCursors, [killed]);
  }
  return reply({
    cursorsKilled: killed,
    cursorsNotFound: ids.filter((id) => !killed.includes(id)),
    cursorsAlive: [],
    cursorsUnknown: [],
  });
}

const documentOf =
  (statement: Statement): Handler =>
  (command) => {
    collectionOf(command);
    return runForDocument(command, statement, [command.database, command.body.bytes]);
  };

/** Handlers by command name, in lower case. */
export const readCommands: Readonly<Record<string, Handler>> = {
  find: firstPage(STATEMENTS.find),
  aggregate: firstPage(STATEMENTS.aggregate),
  listcollections: firstPage(STATEMENTS.listCollections),
  listindexes: listIndexes,
  getmore: getMore,
  killcursors: killCursors,
  count: documentOf(STATEMENTS.count),
  distinct: documentOf(STATEMENTS.distinct),
};
