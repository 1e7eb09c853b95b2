/**
 * Of two concurrent upserts with the same unique key, one inserts and the other fails with a
 * duplicate key. MongoDB retries the loser, which then finds the document and updates it, if the
 * filter is an equality on exactly the key's fields and the update does not change them. The engine
 * does not retry, so this server does.
 */
import { deserialize } from 'bson';
import type { WriteError, WriteReply } from './write-reply';

/**
 * Without a limit, an upsert could retry forever on a document that is constantly created and
 * deleted.
 */
export const REPEATS_MAX = 10;

type Document = Readonly<Record<string, unknown>>;

function isDocument(value: unknown): value is Document {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isOperatorDocument(value: unknown): value is Document {
  return isDocument(value) && Object.keys(value).some((key) => key.startsWith('$'));
}

/** The fields of a filter that consists of equalities only; undefined for any other filter. */
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
 * Whether MongoDB would retry this upsert after a duplicate key.
 * @param statement One statement of an `update`, or the fields of a `findAndModify` under the same
 * names.
 * @param keyPattern Key pattern of the violated unique index.
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

/**
 * Statements to retry: those that lost a race; in an ordered command, the first of them and all
 * that follow it.
 */
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

/** Replaces the first results of the retried statements with their new ones. */
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
 * Retries the upserts of an `update` command that lost a race.
 * @param runPart Runs some of the command's statements, as the part with this number.
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
