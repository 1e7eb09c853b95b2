import { deserialize } from 'bson';
import { CommandError, LABEL_TRANSIENT } from '../errors/command-error';
import { WRITE_CONFLICT_MESSAGE } from '../errors/engine-failure';
import { CODE, codeOfSqlState, unpackSqlState } from '../errors/error-codes';
import { type Command, collectionOf } from './command';
import { describeDuplicate } from './duplicate-key';

/** One failed statement of a write command, in MongoDB's terms. */
export interface WriteError {
  readonly index: number;
  readonly code: number;
  readonly errmsg: string;
  readonly keyPattern?: Readonly<Record<string, unknown>>;
  readonly keyValue?: Readonly<Record<string, unknown>>;
}

/** The reply to a write command in which at least one statement failed. */
export interface WriteReply {
  readonly n: number;
  /** Updates only. */
  readonly nModified?: number;
  readonly upserted?: readonly { readonly index: number; readonly _id: unknown }[];
  readonly writeErrors: readonly WriteError[];
}

const STATEMENT_FIELDS: Readonly<Record<string, string>> = {
  insert: 'documents',
  update: 'updates',
  delete: 'deletes',
};

/**
 * The statements of a write command as BSON, whether they came in its body or in a document
 * sequence.
 */
export function statementsOf(command: Command): readonly Buffer[] {
  const { sequence } = command.request;
  if (sequence === null) {
    return command.body.documents(STATEMENT_FIELDS[command.name] ?? '');
  }
  const found: Buffer[] = [];
  for (let offset = 0; offset < sequence.length; ) {
    const end = offset + sequence.readInt32LE(offset);
    found.push(sequence.subarray(offset, end));
    offset = end;
  }
  return found;
}

/**
 * Translates the engine's packed codes in `writeErrors` into MongoDB's, and adds the key to
 * duplicate-key errors. In a transaction a write error aborts the transaction, as in MongoDB.
 * @throws {CommandError} WriteConflict, if that is the error inside a transaction.
 */
export async function readWriteReply(command: Command, answer: Buffer): Promise<WriteReply> {
  const { writeErrors, ...counts } = deserialize(answer);
  if (command.transaction !== undefined) {
    await command.transactions.endSession(command.transaction.session);
  }
  const statements = statementsOf(command);
  const translated: WriteError[] = [];
  for (const { index, code: packed, errmsg } of writeErrors as WriteError[]) {
    const state = unpackSqlState(packed);
    const code = codeOfSqlState(state);
    if (command.transaction !== undefined && (code === CODE.writeConflict || state === '55P03')) {
      const labels = [LABEL_TRANSIENT];
      throw new CommandError(CODE.writeConflict, WRITE_CONFLICT_MESSAGE, { labels });
    }
    const described =
      code === CODE.duplicateKey
        ? await describeDuplicate(command, collectionOf(command), errmsg, statements[index])
        : { errmsg };
    translated.push({ index, code, ...described });
  }
  return { n: 0, ...counts, writeErrors: translated };
}
