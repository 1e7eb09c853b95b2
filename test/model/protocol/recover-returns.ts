import { at, type Context, type Process } from './context';
import { get, type RecoveryFields, type State } from './layout';
import { createSettleReturns } from './settle-returns';

/** Steps of the settlement follow. */
const IDLE = 0;

/**
 * Reservation's recovery of returns (application/recover-returns.ts): finds reservations whose
 * returns catalog may not know, and settles them. It starts at any time.
 */
export const createRecoverReturns = (context: Context, recovery: RecoveryFields): Process => {
  const { successors } = context;
  const { id } = recovery;
  const process = 'recovery of returns';
  const end = (next: State): void => {
    for (const field of [recovery.known, recovery.todo, recovery.seen]) next[field] = 0;
    next[recovery.step] = IDLE;
  };
  const settlement = createSettleReturns(context, recovery, { process, id, end });

  const begin: Process = (state) => {
    if (get(state, id.returnsPending) === 0) return;
    settlement.begin(successors.next(process, 'find pending returns'));
  };
  const unused: Process = () => undefined;
  const steps: readonly Process[] = [begin, unused, unused, unused, ...settlement.steps];

  return (state) => {
    const step = get(state, recovery.step);
    at(steps, step)(state);
    if (step !== IDLE) end(successors.next(process, 'crash, or reply lost', true));
  };
};
