import { deserialize } from 'bson';
import { bytesOfBson } from '../engine/engine';
import { STATEMENTS } from '../engine/statements';
import { CommandError } from '../errors/command-error';
import { CODE } from '../errors/error-codes';
import type { Command } from './command';

type Document = Readonly<Record<string, unknown>>;

/** What MongoDB reports about a duplicate key, as far as it can be found out. */
export interface DuplicateDescription {
  readonly errmsg: string;
  readonly keyPattern?: Document;
  readonly keyValue?: Document;
}

const ID_INDEX = '_id_';
const ID_KEY: Document = { _id: 1 };

function isDocument(value: unknown): value is Document {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function valueAt(document: Document, path: string): unknown {
  if (path in document) {
    return document[path];
  }
  return path
    .split('.')
    .reduce<unknown>((value, name) => (isDocument(value) ? value[name] : undefined), document);
}

/** What is known of the document that was refused. */
interface Written {
  readonly document: Document;
  /** Whether an absent field is missing from the document, not just unknown. */
  readonly isWhole: boolean;
}

function keyValueOf(keyPattern: Document, written: Written): Document | undefined {
  const entries = Object.keys(keyPattern).map((path) => {
    const value = valueAt(written.document, path);
    return [path, value === undefined && written.isWhole ? null : value] as const;
  });
  return entries.some(([, value]) => value === undefined) ? undefined : Object.fromEntries(entries);
}

/** The document that a statement tried to write, as far as the statement alone shows it. */
function writtenBy(name: string, statement: Buffer | undefined): Written | undefined {
  if (statement === undefined) {
    return undefined;
  }
  const document: Document = deserialize(statement);
  if (name === 'insert') {
    return { document, isWhole: true };
  }
  const { q: filter, u: update } = document;
  if (!isDocument(filter) || !isDocument(update)) {
    return undefined;
  }
  const parts = [filter, update, update['$setOnInsert'], update['$set']];
  return { document: Object.assign({}, ...parts.filter(isDocument)), isWhole: false };
}

/** The format of MongoDB's message, which libraries parse: `a: 1, b: "x"`. */
function showPairs(document: Document): string {
  return Object.entries(document)
    .map(([name, value]) => `${name}: ${JSON.stringify(value)}`)
    .join(', ');
}

function describe(
  namespace: string,
  index: string,
  keyPattern: Document | undefined,
  written: Written | undefined,
): DuplicateDescription {
  const keyValue =
    keyPattern === undefined || written === undefined ? undefined : keyValueOf(keyPattern, written);
  const shown = keyValue === undefined ? '' : ` dup key: { ${showPairs(keyValue)} }`;
  return {
    errmsg: `E11000 duplicate key error collection: ${namespace} index: ${index}${shown}`,
    ...(keyPattern === undefined ? {} : { keyPattern }),
    ...(keyValue === undefined ? {} : { keyValue }),
  };
}

async function keyPatternOf(
  command: Command,
  collection: string,
  index: string,
): Promise<Document | undefined> {
  if (index === ID_INDEX) {
    return ID_KEY;
  }
  const row = await command.engine.run('', STATEMENTS.indexKeys, [
    command.database,
    collection,
    index,
  ]);
  return row === undefined ? undefined : deserialize(bytesOfBson(row[0]));
}

/**
 * Describes a duplicate key in `writeErrors`.
 * @param message The engine's message, which names the index in quotes.
 * @param statement The document or update that failed.
 */
export async function describeDuplicate(
  command: Command,
  collection: string,
  message: string,
  statement: Buffer | undefined,
): Promise<DuplicateDescription> {
  const index = /Index '(.+)'/.exec(message)?.[1];
  if (index === undefined) {
    return { errmsg: `E11000 duplicate key error: ${message}` };
  }
  const keyPattern = await keyPatternOf(command, collection, index);
  const written = writtenBy(command.name, statement);
  return describe(`${command.database}.${collection}`, index, keyPattern, written);
}

interface ConstraintError extends Error {
  readonly code: string;
  readonly constraint: string;
  readonly detail?: string;
}

const INDEX_CONSTRAINT = /^documents_rum_index_(\d+)$/;
const ID_CONSTRAINT = /^collection_pk_\d+$/;

/**
 * Whether a document violated a unique index; the engine's own catalogue has unique constraints
 * too.
 */
function isDuplicateDocument(error: unknown): error is ConstraintError {
  const { code, constraint = '' } = (error ?? {}) as Partial<ConstraintError>;
  return (
    (code === '23505' || code === '23P01') &&
    (INDEX_CONSTRAINT.test(constraint) || ID_CONSTRAINT.test(constraint))
  );
}

/**
 * PostgreSQL's detail reads "Key (columns)=(values) …". For an index, the first value is the whole
 * new document; for the primary key, the second value is the `_id`, wrapped in a document.
 */
function writtenByDetail(detail: string | undefined, isId: boolean): Written | undefined {
  const hex = /\)=\((?:-?\d+, )?BSONHEX([0-9a-f]+)/.exec(detail ?? '')?.[1];
  if (hex === undefined) {
    return undefined;
  }
  const document: Document = deserialize(Buffer.from(hex, 'hex'));
  return { document: isId ? { _id: document[''] } : document, isWhole: true };
}

/** The index behind a constraint; undefined while it is being built. */
async function indexOf(
  command: Command,
  constraint: string,
): Promise<{ readonly name: string; readonly keyPattern: Document } | undefined> {
  const id = INDEX_CONSTRAINT.exec(constraint)?.[1];
  if (id === undefined) {
    return { name: ID_INDEX, keyPattern: ID_KEY };
  }
  const row = await command.engine.run('', STATEMENTS.indexById, [Number(id)]);
  return row === undefined
    ? undefined
    : { name: row[0] ?? '', keyPattern: deserialize(bytesOfBson(row[1])) };
}

/**
 * Translates a violation of a unique constraint that the engine reported as a PostgreSQL error.
 * Returns any other error unchanged.
 */
export async function explainDuplicateKey(
  command: Command,
  collection: string,
  error: unknown,
): Promise<unknown> {
  const cause = error instanceof CommandError ? error.cause : error;
  if (!isDuplicateDocument(cause)) {
    return error;
  }
  const index = await indexOf(command, cause.constraint);
  const written = writtenByDetail(cause.detail, index?.name === ID_INDEX);
  const { errmsg, ...details } = describe(
    `${command.database}.${collection}`,
    index?.name ?? command.body.document('indexes')?.document('0')?.string('name') ?? '',
    index?.keyPattern,
    written,
  );
  return new CommandError(CODE.duplicateKey, errmsg, { details, cause });
}
