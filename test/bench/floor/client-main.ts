/** Calls the bare server and writes to the store: a process of its own, so that its CPU counts. */
import type { LoadOutcome } from '../load/load-plan';
import { makeCalls } from './make-calls';
import type { FloorPlan, FloorReply } from './messages';
import { writeTransactions } from './write-transactions';

const run = (plan: FloorPlan): Promise<LoadOutcome> =>
  plan.kind === 'calls' ? makeCalls(plan) : writeTransactions(plan);

process.on('message', (plan: FloorPlan) => {
  run(plan).then(
    (outcome) => process.send?.({ kind: 'done', outcome } satisfies FloorReply),
    (error: unknown) =>
      process.send?.({ kind: 'failed', message: String(error) } satisfies FloorReply),
  );
});
process.on('disconnect', () => process.exit());
