import { CommandError, LABEL_TRANSIENT } from '../errors/command-error';
import { toCommandError } from '../errors/engine-failure';
import { CODE } from '../errors/error-codes';
import type { TransactionId } from '../sessions/transactions';
import { type Command, type Handler, reply } from './command';

function idOf(command: Command): TransactionId {
  if (command.transaction === undefined) {
    throw new CommandError(CODE.noSuchTransaction, `${command.name} must run in a transaction.`, {
      labels: [LABEL_TRANSIENT],
    });
  }
  return command.transaction;
}

async function commit(command: Command): Promise<Buffer> {
  try {
    await command.transactions.commit(idOf(command));
  } catch (error) {
    throw toCommandError(error, 'commit');
  }
  return reply();
}

async function abort(command: Command): Promise<Buffer> {
  await command.transactions.abort(idOf(command));
  return reply();
}

/** Handlers by command name, in lower case. */
export const transactionCommands: Readonly<Record<string, Handler>> = {
  committransaction: commit,
  aborttransaction: abort,
};
