/**
 * Two upserts with the same unique key at the same time: one inserts, the other meets a duplicate key. MongoDB then
 * runs the loser again by itself, which now finds the document and updates it, if the filter asks for exactly the
 * key's fields by equality and the update leaves these alone. The engine does not, so this server does.
 */
import { deserialize } from 'bson';
import type { WriteError, WriteReply } from './write-reply';

/** A document that is made and deleted all the time could beat an upsert for ever. */
export const REPEATS_MAX = 10;

type Document = Readonly<Record<string, unknown>>;

function isDocument(value: unknown): value is Document {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isOperatorDocument(value: unknown): value is Document {
  return isDocument(value) && Object.keys(value).some((key) => key.startsWith('$'));
}

/** The fields of a filter that is nothing but equalities; undefined for any other filter. */
function equalityFields(filter: Document): string[] | undefined {
  const fields: string[] = [];
  for (const [name, condition] of Object.entries(filter)) {
    if (name === '$and' && Array.isArray(condition)) {
      const parts = condition.filter(isDocument).map(equalityFields);
      if (parts.some((part) => part === undefined)) {
        return undefined;
      }
      fields.push(...parts.flatMap((part) => part ?? []));
    } else if (name.startsWith('$')) {
      return undefined;
    } else if (isOperatorDocument(condition)) {
      if (Object.keys(condition).join() !== '$eq') {
        return undefined;
      }
      fields.push(name);
    } else {
      fields.push(name);
    }
  }
  return fields;
}

function changes(update: Document, field: string): boolean {
  return Object.entries(update).some(([operator, change]) => {
    const touched =
      operator.startsWith('$') && isDocument(change) ? Object.keys(change) : [operator];
    return touched.some((path) => path === field || path.startsWith(`${field}.`));
  });
}

/**
 * True when MongoDB would run this upsert again after a duplicate key.
 * @param statement One statement of an `update`, or the fields of a `findAndModify` under the same names.
 * @param keyPattern Of the unique index with the duplicate.
 */
export function isRepeatableUpsert(
  statement: { readonly q?: unknown; readonly u?: unknown; readonly upsert?: unknown },
  keyPattern: Document,
): boolean {
  const { q: filter, u: update, upsert } = statement;
  if (upsert !== true || !isDocument(filter) || !isDocument(update)) {
    return false;
  }
  const keyFields = Object.keys(keyPattern);
  const filterFields = new Set(equalityFields(filter));
  return (
    keyFields.length === filterFields.size &&
    keyFields.every((field) => filterFields.has(field) && !changes(update, field))
  );
}

/** The statements that run again: those that lost a race, and in an ordered command also all that come after. */
function indexesToRepeat(
  reply: WriteReply,
  statements: readonly Buffer[],
  isOrdered: boolean,
): number[] {
  const lost = reply.writeErrors
    .filter(({ index, keyPattern }) => {
      const statement = statements[index];
      return (
        keyPattern !== undefined &&
        statement !== undefined &&
        isRepeatableUpsert(deserialize(statement), keyPattern)
      );
    })
    .map(({ index }) => index);
  const [first] = lost;
  return isOrdered && first !== undefined ? statements.map((_, i) => i).slice(first) : lost;
}

/** Puts the reply of the repeated statements in the place of what they said at first. */
function merge(first: WriteReply, second: WriteReply, repeated: readonly number[]): WriteReply {
  const toOriginal = <Item extends { readonly index: number }>(item: Item): Item => ({
    ...item,
    index: repeated[item.index] ?? item.index,
  });
  const upserted = [...(first.upserted ?? []), ...(second.upserted ?? []).map(toOriginal)];
  const kept = first.writeErrors.filter(({ index }) => !repeated.includes(index));
  const byIndex = (a: WriteError, b: WriteError) => a.index - b.index;
  return {
    ...first,
    n: first.n + second.n,
    nModified: (first.nModified ?? 0) + (second.nModified ?? 0),
    ...(upserted.length > 0 ? { upserted } : {}),
    writeErrors: [...kept, ...second.writeErrors.map(toOriginal)].sort(byIndex),
  };
}

/**
 * Runs the upserts of an `update` command again that lost a race.
 * @param runPart Runs some statements of the command, as a part of it that has this number.
 */
export async function repeatLostUpserts(
  first: WriteReply,
  statements: readonly Buffer[],
  isOrdered: boolean,
  runPart: (statements: readonly Buffer[], part: number) => Promise<WriteReply>,
): Promise<WriteReply> {
  let reply = first;
  for (let part = 1; part <= REPEATS_MAX; part += 1) {
    const indexes = indexesToRepeat(reply, statements, isOrdered);
    if (indexes.length === 0) {
      break;
    }
    const again = indexes.flatMap((index) => statements[index] ?? []);
    reply = merge(reply, await runPart(again, part), indexes);
  }
  return reply;
}
