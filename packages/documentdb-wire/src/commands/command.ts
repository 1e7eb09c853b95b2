import { serialize } from 'bson';
import { bytesOfBson, type Engine, type Row, type Value } from '../engine/engine';
import type { Statement } from '../engine/statements';
import type { InTurn } from '../engine/turns';
import { CommandError } from '../errors/command-error';
import { CODE } from '../errors/error-codes';
import type { Faults } from '../faults/faults';
import type { WireRequest } from '../protocol/message';
import type { RawDocument } from '../protocol/raw-document';
import type { ReplicaSet } from '../replica-set/replica-set';
import type { Cursors } from '../sessions/cursors';
import type { TransactionId, Transactions } from '../sessions/transactions';

/** What handlers share. */
export interface Services {
  readonly engine: Engine;
  readonly transactions: Transactions;
  readonly cursors: Cursors;
  readonly inTurn: InTurn;
  readonly replicaSet: ReplicaSet;
  /** Host and port that the client connected to. */
  readonly address: string;
  /** Deliberate faults; undefined outside faults mode. */
  readonly faults: Faults | undefined;
}

/** One command, and what its handler needs. */
export interface Command extends Services {
  readonly request: WireRequest;
  readonly body: RawDocument;
  readonly name: string;
  readonly database: string;
  /** Session and transaction number of a command inside a transaction. */
  readonly transaction: TransactionId | undefined;
  /** Session and transaction number of a retryable write outside a transaction. */
  readonly retryable: TransactionId | undefined;
}

/** Executes a command. Returns the reply as BSON. */
export type Handler = (command: Command) => Promise<Buffer> | Buffer;

const OK = { ok: 1 };

/** A reply with these fields and `ok: 1`. */
export function reply(fields: Readonly<Record<string, unknown>> = {}): Buffer {
  return Buffer.from(serialize({ ...fields, ...OK }));
}

/**
 * Reads the command's database, session and transaction.
 * @throws {CommandError} If a transaction number comes without a session.
 */
export function createCommand(services: Services, request: WireRequest): Command {
  const { body } = request;
  const number = body.bigint('txnNumber');
  const session = body.document('lsid')?.binary('id');
  if (number !== undefined && session === undefined) {
    throw new CommandError(CODE.badValue, 'A transaction number needs a session.');
  }
  const id = number === undefined || session === undefined ? undefined : { session, number };
  const isInTransaction = body.boolean('autocommit') === false;
  return {
    ...services,
    request,
    body,
    name: body.firstName,
    database: body.string('$db') ?? 'admin',
    transaction: isInTransaction ? id : undefined,
    retryable: isInTransaction ? undefined : id,
  };
}

/** The collection that a command names as the value of its first field. */
export function collectionOf(command: Command): string {
  const name = command.body.string(command.name);
  if (name === undefined || name === '') {
    throw new CommandError(CODE.badValue, `${command.name} needs the name of a collection.`);
  }
  return name;
}

/** Database and collection; the collection is empty if the command names none. */
function namespaceOf(command: Command): string {
  return `${command.database}.${command.body.string(command.name) ?? ''}`;
}

/** Runs a statement in the transaction of the command, or alone if it has none. */
export function runStatement(
  command: Command,
  statement: Statement,
  values: readonly Value[],
): Promise<Row | undefined> {
  return command.transaction === undefined
    ? command.engine.run(namespaceOf(command), statement, values)
    : command.transactions.run(command.transaction, statement, values);
}

/** Runs a statement whose result is the whole reply, one BSON document. */
export async function runForDocument(
  command: Command,
  statement: Statement,
  values: readonly Value[],
): Promise<Buffer> {
  const row = await runStatement(command, statement, values);
  return bytesOfBson(row?.[0]);
}

/** Runs catalogue changes one at a time: in the engine, concurrent ones fail. */
export function changeCatalogue<Result>(
  command: Command,
  work: () => Promise<Result>,
): Promise<Result> {
  refuseInTransaction(command);
  return command.inTurn('catalogue', work);
}

/** Catalogue changes are not transactional here. MongoDB allows some of them in a transaction. */
function refuseInTransaction(command: Command): void {
  if (command.transaction !== undefined) {
    const message = `${command.name} cannot run in a multi-document transaction.`;
    throw new CommandError(CODE.operationNotSupportedInTransaction, message);
  }
}
