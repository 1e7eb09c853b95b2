import { deserialize, serialize } from 'bson';
import { bytesOfBson, type Value } from '../engine/engine';
import { STATEMENTS, type Statement } from '../engine/statements';
import { CommandError } from '../errors/command-error';
import { RawDocument } from '../protocol/raw-document';
import { type Command, collectionOf, type Handler, reply, runStatement } from './command';
import { explainDuplicateKey } from './duplicate-key';
import { updateBody } from './update-body';
import { isRepeatableUpsert, REPEATS_MAX, repeatLostUpserts } from './upsert-races';
import { readWriteReply, statementsOf, type WriteReply } from './write-reply';

interface WriteStatements {
  readonly plain: Statement;
  /**
   * Runs at most once for a session, transaction number and part; after that, returns the first
   * reply.
   */
  readonly once: Statement;
}

/** The statements of a command that run together. */
interface Part {
  readonly body: Buffer;
  readonly sequence: Buffer | null;
  readonly number: number;
}

async function runPart(command: Command, statements: WriteStatements, part: Part): Promise<Buffer> {
  const { database, retryable } = command;
  const values: Value[] = [database, part.body, part.sequence];
  const row =
    retryable === undefined
      ? await runStatement(command, statements.plain, values)
      : await runStatement(command, statements.once, [
          ...values,
          retryable.session,
          retryable.number,
          part.number,
        ]);
  return bytesOfBson(row?.[0]);
}

function runAll(command: Command, statements: WriteStatements): Promise<Buffer> {
  const { body, request } = command;
  return runPart(command, statements, {
    body: statements === UPDATE ? updateBody(command) : body.bytes,
    sequence: request.sequence,
    number: 0,
  });
}

/** The body without its statements; the caller sends others as a document sequence. */
function bodyWithoutStatements(command: Command): Buffer {
  const { updates: _updates, ...rest } = deserialize(command.body.bytes, { promoteValues: false });
  return Buffer.from(serialize(rest));
}

async function settleRaces(command: Command, first: WriteReply): Promise<WriteReply> {
  const isOrdered = command.body.boolean('ordered') ?? true;
  return repeatLostUpserts(first, statementsOf(command), isOrdered, async (again, number) => {
    const part = { body: bodyWithoutStatements(command), sequence: Buffer.concat(again), number };
    const answer = await runPart(command, UPDATE, part);
    return hasWriteErrors(answer)
      ? readWriteReply(command, answer)
      : { n: 0, ...deserialize(answer), writeErrors: [] };
  });
}

function hasWriteErrors(answer: Buffer): boolean {
  return new RawDocument(answer).has('writeErrors');
}

const UPDATE: WriteStatements = { plain: STATEMENTS.update, once: STATEMENTS.updateOnce };

const writeCommand =
  (statements: WriteStatements): Handler =>
  async (command) => {
    const collection = collectionOf(command);
    try {
      const answer = await runAll(command, statements);
      if (!hasWriteErrors(answer)) {
        return answer;
      }
      const failed = await readWriteReply(command, answer);
      const mayRepeat = statements === UPDATE && command.transaction === undefined;
      const { writeErrors, ...counts } = mayRepeat ? await settleRaces(command, failed) : failed;
      return reply(writeErrors.length > 0 ? { ...counts, writeErrors } : counts);
    } catch (error) {
      throw await explainDuplicateKey(command, collection, error);
    }
  };

async function runFindAndModify(command: Command): Promise<Buffer> {
  const { database, body, retryable } = command;
  const values = [database, body.bytes];
  const row =
    retryable === undefined
      ? await runStatement(command, STATEMENTS.findAndModify, values)
      : await runStatement(command, STATEMENTS.findAndModifyOnce, [
          ...values,
          null,
          retryable.session,
          retryable.number,
          0,
        ]);
  return bytesOfBson(row?.[0]);
}

function hasLostRace(command: Command, error: unknown): boolean {
  if (command.transaction !== undefined || !(error instanceof CommandError)) {
    return false;
  }
  const { keyPattern } = error.details;
  if (typeof keyPattern !== 'object' || keyPattern === null) {
    return false;
  }
  const { query: q, update: u, upsert } = deserialize(command.body.bytes);
  return isRepeatableUpsert({ q, u, upsert }, { ...keyPattern });
}

async function findAndModify(command: Command): Promise<Buffer> {
  const collection = collectionOf(command);
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await runFindAndModify(command);
    } catch (error) {
      const explained = await explainDuplicateKey(command, collection, error);
      if (attempt > REPEATS_MAX || !hasLostRace(command, explained)) {
        throw explained;
      }
    }
  }
}

/** Handlers by command name, in lower case. */
export const writeCommands: Readonly<Record<string, Handler>> = {
  insert: writeCommand({ plain: STATEMENTS.insert, once: STATEMENTS.insertOnce }),
  update: writeCommand(UPDATE),
  delete: writeCommand({ plain: STATEMENTS.delete, once: STATEMENTS.deleteOnce }),
  findandmodify: findAndModify,
};
