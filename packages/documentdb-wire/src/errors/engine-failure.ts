import { DatabaseError } from 'pg';
import {
  CommandError,
  LABEL_RETRYABLE_WRITE,
  LABEL_TRANSIENT,
  LABEL_UNKNOWN_COMMIT,
} from './command-error';
import { CODE, codeOfSqlState } from './error-codes';

/** What was going on when the engine failed: decides what the driver may do next. */
export type Situation = 'read' | 'write' | 'retryable-write' | 'transaction' | 'commit';

/** What the caller of a transaction is told when another one was faster. */
export const WRITE_CONFLICT_MESSAGE =
  'Write conflict: another operation changes the same document. Please retry the transaction.';

/** Nothing was applied and a second try may succeed: serialization failure, deadlock. */
const CONFLICT_STATES: ReadonlySet<string> = new Set(['40001', '40P01']);

/** What the engine says when two transactions make the same collection by their first insert. */
const CREATION_RACE = 'Unable to create the specified collection';

/** Shut down by an administrator, crashed, or not accepting connections yet. */
const SHUTDOWN_STATES: ReadonlySet<string> = new Set(['57P01', '57P02', '57P03', '25P03']);

/** Only what PostgreSQL itself reports has a state: the system's `EPIPE` merely looks like one. */
function sqlStateOf(error: unknown): string | undefined {
  return error instanceof DatabaseError ? error.code : undefined;
}

/** The statement was rolled back because of others; outside a transaction it can simply run again. */
export function isConflict(error: unknown): boolean {
  const state = sqlStateOf(error);
  return state !== undefined && CONFLICT_STATES.has(state);
}

/** How the PostgreSQL client words the end of its connection; it gives no code. */
const CLIENT_LOSS = /^(Connection terminated|Client has encountered a connection error|timeout e)/;

/** The connection to the engine is gone: what was in progress may or may not have happened. */
export function isConnectionLoss(error: unknown): boolean {
  const state = sqlStateOf(error);
  if (state !== undefined) {
    return SHUTDOWN_STATES.has(state) || state.startsWith('08');
  }
  // The system's own errors say which call failed.
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

/** Says in MongoDB's terms what the engine's error means in its situation. */
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
