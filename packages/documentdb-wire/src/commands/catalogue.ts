/** Commands that create, change and describe collections, indexes and databases. */
import { deserialize } from 'bson';
import { bytesOfBson } from '../engine/engine';
import { STATEMENTS } from '../engine/statements';
import {
  type Command,
  changeCatalogue,
  collectionOf,
  type Handler,
  reply,
  runForDocument,
  runStatement,
} from './command';
import { explainDuplicateKey } from './duplicate-key';

function create(command: Command): Promise<Buffer> {
  return changeCatalogue(command, () =>
    runForDocument(command, STATEMENTS.createView, [command.database, command.body.bytes]),
  );
}

async function drop(command: Command): Promise<Buffer> {
  const collection = collectionOf(command);
  await changeCatalogue(command, () =>
    runStatement(command, STATEMENTS.dropCollection, [command.database, collection]),
  );
  return reply({ ns: `${command.database}.${collection}`, nIndexesWas: 1 });
}

async function dropDatabase(command: Command): Promise<Buffer> {
  await changeCatalogue(command, () =>
    runStatement(command, STATEMENTS.dropDatabase, [command.database]),
  );
  return reply({ dropped: command.database });
}

async function renameCollection(command: Command): Promise<Buffer> {
  await changeCatalogue(command, () =>
    runStatement(command, STATEMENTS.renameCollection, [command.body.bytes]),
  );
  return reply();
}

/**
 * Builds indexes in the foreground, in one transaction that blocks writes to the collection. The
 * engine's background builder polls a queue every two seconds: far too slow for tests that create
 * many small databases.
 */
async function createIndexes(command: Command): Promise<Buffer> {
  const collection = collectionOf(command);
  try {
    const answer = await changeCatalogue(command, () =>
      runForDocument(command, STATEMENTS.createIndexes, [command.database, command.body.bytes]),
    );
    const { raw } = deserialize(answer);
    return reply(raw?.['defaultShard'] ?? {});
  } catch (error) {
    throw await explainDuplicateKey(command, collection, error);
  }
}

async function dropIndexes(command: Command): Promise<Buffer> {
  const row = await changeCatalogue(command, () =>
    runStatement(command, STATEMENTS.dropIndexes, [command.database, command.body.bytes]),
  );
  const { nIndexesWas } = deserialize(bytesOfBson(row?.[0]));
  return reply({ nIndexesWas });
}

function collMod(command: Command): Promise<Buffer> {
  const values = [command.database, collectionOf(command), command.body.bytes];
  return changeCatalogue(command, () => runForDocument(command, STATEMENTS.collMod, values));
}

function collStats(command: Command): Promise<Buffer> {
  const scale = command.body.number('scale') ?? 1;
  const values = [command.database, collectionOf(command), scale];
  return runForDocument(command, STATEMENTS.collStats, values);
}

function dbStats(command: Command): Promise<Buffer> {
  const values = [command.database, command.body.number('scale') ?? 1, false];
  return runForDocument(command, STATEMENTS.dbStats, values);
}

/** Handlers by command name, in lower case. */
export const catalogueCommands: Readonly<Record<string, Handler>> = {
  create,
  drop,
  dropdatabase: dropDatabase,
  renamecollection: renameCollection,
  createindexes: createIndexes,
  dropindexes: dropIndexes,
  deleteindexes: dropIndexes,
  collmod: collMod,
  collstats: collStats,
  dbstats: dbStats,
  listdatabases: (command) =>
    runForDocument(command, STATEMENTS.listDatabases, [command.body.bytes]),
};
