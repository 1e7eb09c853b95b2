import { type Connection, createConnection, type mongo } from 'mongoose';
import { testStores } from '../../support/stores';

/** A command that reads or changes documents by a filter, ready to be explained. */
export interface CapturedQuery {
  readonly collection: string;
  readonly command: mongo.Document;
  /** What it asks for without its values, as in the table of docs/data.md. */
  readonly shape: string;
  /** After this time the store gives up. */
  readonly maxTimeMs?: number;
}

const isOperator = (name: string): boolean => name.startsWith('$');

const isPlain = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;

/** The driver sends a sort as a map. */
const keysOf = (sort: unknown): readonly string[] =>
  sort instanceof Map ? [...sort.keys()].map(String) : Object.keys(Object(sort));

/** `{ state: 'HELD', expireTime: { $lte: … } }` becomes `state, expireTime $lte`. */
const shapeOfFilter = (filter: unknown): string => {
  if (!isPlain(filter)) return '';
  const parts = Object.entries(filter).map(([name, value]) => {
    if (name === '$and' && Array.isArray(value)) return value.map(shapeOfFilter).join(' and ');
    if (name === '$or' && Array.isArray(value)) return `(${value.map(shapeOfFilter).join(' or ')})`;
    if (isOperator(name)) return name;
    const operators = isPlain(value) ? Object.keys(value).filter(isOperator) : [];
    return [name, ...operators].join(' ');
  });
  return parts.join(', ');
};

const shape = (
  words: string,
  filter: unknown,
  { sort, then }: { readonly sort?: unknown; readonly then?: string } = {},
): string => {
  const conditions = shapeOfFilter(filter);
  return [
    words,
    ...(conditions === '' ? [] : [`by ${conditions}`]),
    ...(sort === undefined ? [] : [`sorted by ${keysOf(sort).join(', ')}`]),
    ...(then === undefined || then === '' ? [] : [`then ${then}`]),
  ].join(' ');
};

const ofAggregate = (collection: string, pipeline: readonly mongo.Document[]): CapturedQuery => {
  const [{ $match: match }, ...rest] = [pipeline[0] ?? {}, ...pipeline.slice(1)] as const;
  const then = rest.map((stage) => Object.keys(stage)[0]).join(', ');
  return {
    collection,
    command: { aggregate: collection, pipeline, cursor: {} },
    shape: shape(`aggregate ${collection}`, match, { then }),
  };
};

const ofWrites = (
  name: 'update' | 'delete',
  list: 'updates' | 'deletes',
  command: mongo.Document,
): CapturedQuery[] => {
  const collection = String(command[name]);
  const writes: readonly mongo.Document[] = command[list];
  return writes.map((write) => ({
    collection,
    command: { [name]: collection, [list]: [write] },
    shape: shape(`${name} ${collection}`, write['q']),
  }));
};

/** The queries in one command; none for inserts and for commands without a filter. */
const queriesIn = (name: string, command: mongo.Document): CapturedQuery[] => {
  const collection = String(command[name]);
  switch (name) {
    case 'find': {
      const { filter, sort, limit, hint, maxTimeMS } = command;
      const explained = { find: collection, filter, ...(sort && { sort }) };
      return [
        {
          collection,
          command: { ...explained, ...(limit && { limit }), ...(hint && { hint }) },
          shape: shape(`find ${collection}`, filter, { sort }),
          maxTimeMs: maxTimeMS,
        },
      ];
    }
    case 'aggregate':
      return [ofAggregate(collection, command['pipeline'])];
    case 'update':
      return ofWrites('update', 'updates', command);
    case 'delete':
      return ofWrites('delete', 'deletes', command);
    case 'findAndModify': {
      const { query, update } = command;
      return [
        {
          collection,
          command: { findAndModify: collection, query, update },
          shape: shape(`findAndModify ${collection}`, query),
        },
      ];
    }
    case 'count':
      // Without a condition it reads the collection's metadata, which has no plan.
      if (command['query'] === undefined || Object.keys(command['query']).length === 0) return [];
      throw new Error('Captured a count with a condition, which this test cannot explain yet.');
    case 'distinct':
      throw new Error(`Captured ${name}, which this test cannot explain yet.`);
    default:
      return [];
  }
};

/** The runner of migrations has a few documents, and no index of its own. */
const WITHOUT_INDEX = new Set(['migrations', 'migration_lock']);

/** A connection that records the queries of `work`, one of each shape. */
export const openCapturing = async (dbName: string) => {
  const connection: Connection = await createConnection(testStores().calmMongoUri, {
    dbName,
    autoIndex: false,
    autoCreate: false,
    monitorCommands: true,
  }).asPromise();
  const captured = new Map<string, CapturedQuery>();
  let isRecording = false;
  connection.getClient().on('commandStarted', ({ databaseName, commandName, command }) => {
    if (!isRecording || databaseName !== dbName) return;
    for (const query of queriesIn(commandName, command)) {
      if (!WITHOUT_INDEX.has(query.collection)) captured.set(query.shape, query);
    }
  });
  return {
    connection,
    record: async (work: () => Promise<void>): Promise<readonly CapturedQuery[]> => {
      isRecording = true;
      await work();
      isRecording = false;
      return [...captured.values()];
    },
  };
};
