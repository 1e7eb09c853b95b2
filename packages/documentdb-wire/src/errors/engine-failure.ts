import { DatabaseError } from 'pg';
import {
  CommandError,
  LABEL_RETRYABLE_WRITE,
  LABEL_TRANSIENT,
  LABEL_UNKNOWN_COMMIT,
} from './command-error';
import { CODE, codeOfSqlState } from './error-codes';

/** What failed: decides which error labels tell the driver that it may retry. */
export type Situation = 'read' | 'write' | 'retryable-write' | 'transaction' | 'commit';

export const WRITE_CONFLICT_MESSAGE =
  'Write conflict: another operation changes the same document. Please retry the transaction.';

/** Serialization failure and deadlock: nothing was applied, and a retry may succeed. */
const CONFLICT_STATES: ReadonlySet<string> = new Set(['40001', '40P01']);

/** The engine's message when two transactions create the same collection by their first insert. */
const CREATION_RACE = 'Unable to create the specified collection';

/** Shut down, crashed, not accepting connections yet, or an idle transaction that timed out. */
const SHUTDOWN_STATES: ReadonlySet<string> = new Set(['57P01', '57P02', '57P03', '25P03']);

/**
 * Only PostgreSQL's own errors have a state: codes of system errors, such as `EPIPE`, look like
 * one.
 */
function sqlStateOf(error: unknown): string | undefined {
  return error instanceof DatabaseError ? error.code : undefined;
}

/** Whether concurrent work made the statement fail; outside a transaction it can be retried. */
export function isConflict(error: unknown): boolean {
  const state = sqlStateOf(error);
  return state !== undefined && CONFLICT_STATES.has(state);
}

/** How the PostgreSQL client words a lost connection; it gives no code. */
const CLIENT_LOSS = /^(Connection terminated|Client has encountered a connection error|timeout e)/;

/**
 * Whether the connection to the engine was lost: the statement may or may not have taken effect.
 */
export function isConnectionLoss(error: unknown): boolean {
  const state = sqlStateOf(error);
  if (state !== undefined) {
    return SHUTDOWN_STATES.has(state) || state.startsWith('08');
  }
  // System errors name the system call that failed.
  return error instanceof Error && ('syscall' in error || CLIENT_LOSS.test(error.message));
}

function unavailable(situation: Situation, cause: unknown): CommandError {
  const labels: Record<Situation, readonly string[]> = {
    read: [],
    write: [],
    'retryable-write': [LABEL_RETRYABLE_WRITE],
    transaction: [LABEL_TRANSIENT],
    commit: [LABEL_RETRYABLE_WRITE, LABEL_UNKNOWN_COMMIT],
  };
  const message = 'The database engine is restarting.';
  return new CommandError(CODE.shutdownInProgress, message, { labels: labels[situation], cause });
}

/** Translates an error of the engine into MongoDB's terms, with the labels for its situation. */
export function toCommandError(error: unknown, situation: Situation): CommandError {
  if (error instanceof CommandError) {
    return error;
  }
  if (isConnectionLoss(error)) {
    return unavailable(situation, error);
  }
  const state = sqlStateOf(error) ?? '';
  const message = error instanceof Error ? error.message : String(error);
  const isInTransaction = situation === 'transaction' || situation === 'commit';
  const hasLost = isConflict(error) || state === '55P03' || message.startsWith(CREATION_RACE);
  if (isInTransaction && hasLost) {
    return new CommandError(CODE.writeConflict, WRITE_CONFLICT_MESSAGE, {
      labels: [LABEL_TRANSIENT],
      cause: error,
    });
  }
  return new CommandError(codeOfSqlState(state), message, { cause: error });
}
