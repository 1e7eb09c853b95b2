import { serialize } from 'bson';
import { type Command, createCommand, type Handler, type Services } from './command';
import { CommandError } from './command-error';
import { catalogueCommands } from './commands/catalogue';
import { readCommands } from './commands/read';
import { serverCommands } from './commands/server';
import { transactionCommands } from './commands/transaction';
import { writeCommands } from './commands/write';
import { type Situation, toCommandError } from './engine-failure';
import { CODE, nameOfCode } from './error-codes';
import type { WireRequest } from './message';

/** Command names are compared in lower case: drivers write some of them in more than one way. */
const HANDLERS: ReadonlyMap<string, Handler> = new Map(
  Object.entries({
    ...serverCommands,
    ...readCommands,
    ...writeCommands,
    ...catalogueCommands,
    ...transactionCommands,
  }),
);

function situationOf(command: Command): Situation {
  if (command.transaction !== undefined) {
    return 'transaction';
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

/** Answers one request. Never throws: every failure becomes a reply with `ok: 0`. */
export async function answer(services: Services, request: WireRequest): Promise<Buffer> {
  let situation: Situation = 'read';
  try {
    const command = createCommand(services, request);
    situation = situationOf(command);
    return await carryOut(command);
  } catch (error) {
    const refusal = toCommandError(error, situation);
    if (refusal.code === CODE.internalError) {
      console.error(error);
    }
    return errorReply(refusal);
  }
}
