/**
 * `explain`, as much of it as a test of indexes needs: the stages of the winning plan with the
 * names of their indexes. It says which index could serve a query, not what the engine prefers for
 * the few documents of a test.
 */
import { deserialize, serialize } from 'bson';
import type { EngineConnection, Row } from '../engine/engine';
import { STATEMENTS, type Statement } from '../engine/statements';
import { CommandError } from '../errors/command-error';
import { CODE } from '../errors/error-codes';
import type { RawDocument } from '../protocol/raw-document';
import { type Command, type Handler, reply } from './command';

interface PlanNode {
  readonly 'Node Type': string;
  readonly 'Index Name'?: string;
  readonly 'Index Cond'?: string;
  readonly Plans?: readonly PlanNode[];
}

interface Stage {
  readonly stage: string;
  readonly indexName?: string;
  readonly inputStages?: readonly Stage[];
}

const EXPLAINED: ReadonlyMap<string, Statement> = new Map([
  ['find', STATEMENTS.explainFind],
  ['aggregate', STATEMENTS.explainAggregate],
  ['count', STATEMENTS.explainCount],
  ['update', STATEMENTS.explainUpdate],
  ['delete', STATEMENTS.explainDelete],
]);

/**
 * So that the engine prefers an index that fits to reading and sorting all of a small collection.
 */
const SETTINGS = [
  // Connections for transactions do not wait for locks, and statistics may be under way.
  'lock_timeout = 10000',
  'enable_seqscan = off',
  'enable_sort = off',
  'documentdb.enableCompositeIndexPlanner = on',
]
  .map((setting) => `SET LOCAL ${setting};`)
  .join(' ');

const ID_INDEX = '_id_';

/** The engine cannot explain `findAndModify`; it finds the document as `find` does. */
function asFind(body: RawDocument): Buffer {
  const { findAndModify, query, sort } = deserialize(body.bytes, { promoteValues: false });
  const find = { find: findAndModify, filter: query ?? {}, limit: 1 };
  return Buffer.from(serialize(sort === undefined ? find : { ...find, sort }));
}

/**
 * Gathers statistics for this transaction only: without them, what the engine prefers would depend
 * on the moment.
 */
async function gatherStatistics(
  connection: EngineConnection,
  database: string,
  collection: string,
): Promise<void> {
  const row = await connection.run(STATEMENTS.collectionId, [database, collection]);
  const id = Number(row?.[0]);
  if (Number.isInteger(id) && id > 0) {
    await connection.control(`ANALYZE documentdb_data.documents_${id}`);
  }
}

async function planOf(command: Command, explained: RawDocument): Promise<PlanNode> {
  const isFindAndModify = explained.firstName === 'findAndModify';
  const statement = EXPLAINED.get(isFindAndModify ? 'find' : explained.firstName);
  if (statement === undefined) {
    throw new CommandError(CODE.commandNotFound, `'${explained.firstName}' cannot be explained.`);
  }
  const values = [command.database, isFindAndModify ? asFind(explained) : explained.bytes];
  const connection = await command.engine.acquire();
  let row: Row | undefined;
  let isDone = false;
  try {
    await connection.control(`BEGIN; ${SETTINGS}`);
    const collection = explained.string(explained.firstName) ?? '';
    await gatherStatistics(connection, command.database, collection);
    row = await connection.run(statement, values);
    await connection.control('ROLLBACK');
    isDone = true;
  } finally {
    connection.release(!isDone);
  }
  const [{ Plan: plan }]: [{ Plan: PlanNode }] = JSON.parse(row?.[0] ?? '[{}]');
  return plan;
}

const hasNode = (node: PlanNode, type: string): boolean =>
  node['Node Type'] === type || (node.Plans ?? []).some((inner) => hasNode(inner, type));

function toStage(node: PlanNode, isInOrderOfIds: boolean): Stage {
  const type = node['Node Type'];
  const indexName = node['Index Name'];
  if (indexName !== undefined) {
    // Every document has an `_id`: without a condition on it, that index is the collection.
    const isWhole = indexName === ID_INDEX && !node['Index Cond']?.includes('object_id');
    return isWhole && !isInOrderOfIds ? { stage: 'COLLSCAN' } : { stage: 'IXSCAN', indexName };
  }
  return {
    stage: type === 'Seq Scan' ? 'COLLSCAN' : type.toUpperCase().replaceAll(' ', '_'),
    ...(node.Plans && { inputStages: node.Plans.map((inner) => toStage(inner, isInOrderOfIds)) }),
  };
}

async function explain(command: Command): Promise<Buffer> {
  const explained = command.body.document('explain');
  if (explained === undefined) {
    throw new CommandError(CODE.badValue, 'explain needs a command.');
  }
  const plan = await planOf(command, explained);
  const isInOrderOfIds = explained.document('sort')?.firstName === '_id' && !hasNode(plan, 'Sort');
  return reply({ queryPlanner: { winningPlan: toStage(plan, isInOrderOfIds) } });
}

/** Commands of this file by name, in lower case. */
export const explainCommands: Readonly<Record<string, Handler>> = { explain };
