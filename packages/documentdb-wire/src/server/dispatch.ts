import { serialize } from 'bson';
import { catalogueCommands } from '../commands/catalogue';
import { type Command, createCommand, type Handler, type Services } from '../commands/command';
import { explainCommands } from '../commands/explain';
import { readCommands } from '../commands/read';
import { serverCommands } from '../commands/server';
import { transactionCommands } from '../commands/transaction';
import { writeCommands } from '../commands/write';
import { CommandError } from '../errors/command-error';
import { type Situation, toCommandError } from '../errors/engine-failure';
import { CODE, nameOfCode } from '../errors/error-codes';
import { type Fault, refusal, unconfirmed } from '../faults/faults';
import type { WireRequest } from '../protocol/message';

/** Names are in lower case: drivers differ in how they write some of them. */
const HANDLERS: ReadonlyMap<string, Handler> = new Map(
  Object.entries({
    ...serverCommands,
    ...readCommands,
    ...explainCommands,
    ...writeCommands,
    ...catalogueCommands,
    ...transactionCommands,
  }),
);

/** A reply, or `close` to close the connection instead. */
export type Answer = Buffer | 'close';

function situationOf(command: Command): Situation {
  if (command.transaction !== undefined) {
    return command.name === 'commitTransaction' ? 'commit' : 'transaction';
  }
  if (command.retryable !== undefined) {
    return 'retryable-write';
  }
  return command.name in writeCommands ? 'write' : 'read';
}

function errorReply(error: CommandError): Buffer {
  return Buffer.from(
    serialize({
      ok: 0,
      errmsg: error.message,
      code: error.code,
      codeName: nameOfCode(error.code),
      ...(error.labels.length > 0 ? { errorLabels: error.labels } : {}),
      ...error.details,
    }),
  );
}

async function carryOut(command: Command): Promise<Buffer> {
  const handler = HANDLERS.get(command.name.toLowerCase());
  if (handler === undefined) {
    throw new CommandError(CODE.commandNotFound, `no such command: '${command.name}'`);
  }
  if (command.transaction !== undefined && command.body.boolean('startTransaction') === true) {
    await command.transactions.start(command.transaction);
  }
  return handler(command);
}

const isAboutServer = (command: Command): boolean => command.name.toLowerCase() in serverCommands;

/** Whether this is a read whose read preference allows secondaries. */
const mayReadAnywhere = (command: Command): boolean => {
  const mode = command.body.document('$readPreference')?.string('mode') ?? 'primary';
  return mode !== 'primary' && command.name.toLowerCase() in readCommands;
};

/** Aborts the transaction of a command, if it has one: in MongoDB, too, any error aborts it. */
async function endTransaction({ transaction, transactions }: Command): Promise<void> {
  if (transaction !== undefined) {
    await transactions.endSession(transaction.session);
  }
}

async function strike(
  command: Command,
  situation: Situation,
  fault: Fault,
  reply?: Buffer,
): Promise<Answer> {
  switch (fault.kind) {
    case 'close':
      return 'close';
    case 'unconfirmed':
      return reply === undefined ? 'close' : unconfirmed(reply, fault.code);
    case 'error':
      await endTransaction(command);
      throw refusal(
        fault.code,
        situation,
        fault.isNews ? undefined : command.replicaSet.topologyVersion(),
      );
  }
}

/**
 * Executes a command that needs the primary, unless this server has stepped down or a fault
 * strikes.
 */
async function carryOutOnPrimary(
  command: Command,
  situation: Situation,
  fault: Fault | undefined,
): Promise<Answer> {
  const { replicaSet } = command;
  if (!replicaSet.isPrimary() && !mayReadAnywhere(command)) {
    await endTransaction(command);
    const code = situation === 'read' ? CODE.notPrimaryNoSecondaryOk : CODE.notWritablePrimary;
    throw refusal(code, situation, replicaSet.topologyVersion());
  }
  if (fault?.moment === 'before') {
    return strike(command, situation, fault);
  }
  const changes = replicaSet.changes();
  const reply = await carryOut(command);
  if (replicaSet.changes() !== changes && situation !== 'read') {
    // The command was interrupted by the change, and may have taken effect.
    await endTransaction(command);
    throw refusal(CODE.interruptedDueToReplStateChange, situation, replicaSet.topologyVersion());
  }
  return fault === undefined ? reply : strike(command, situation, fault, reply);
}

/** Executes one request. Never throws: every failure becomes a reply with `ok: 0`. */
export async function answer(services: Services, request: WireRequest): Promise<Answer> {
  let situation: Situation = 'read';
  try {
    const command = createCommand(services, request);
    if (isAboutServer(command)) {
      return await carryOut(command);
    }
    situation = situationOf(command);
    const fault = services.faults?.draw({ name: command.name.toLowerCase(), situation });
    return await carryOutOnPrimary(command, situation, fault);
  } catch (error) {
    const refused = toCommandError(error, situation);
    if (refused.code === CODE.internalError) {
      console.error(error);
    }
    return errorReply(refused);
  }
}
