import { BATCH_STEP, createBatchMemory, lowest } from './batch-memory';
import { createCatalogStore } from './catalog';
import { at, type Context, type Process } from './context';
import { createExpireReservations } from './expire-reservations';
import { type Field, get, type IdFields, type State, type WorkerFields } from './layout';
import { createSettleHold } from './settle-hold';
import { HOLD, RESERVATION } from './values';

/**
 * One batch of an expiry worker (expiry-worker: application/settle-batch.ts,
 * sweep-overdue-holds.ts; reservation: application/expire-reservations.ts; catalog:
 * application/settle-holds.ts). It comes from a sweep, or from a job, which may be delivered early,
 * late, several times, or never.
 */
export const createWorker = (context: Context, worker: WorkerFields, index: number): Process => {
  const { layout, mutation, successors } = context;
  const catalog = createCatalogStore(context);
  const settleHold = createSettleHold({ catalog, successors });
  const process = `worker ${index + 1}`;
  const memory = createBatchMemory(context, worker);
  const { goTo, end, takeNext, goToSettlements } = memory;
  const expire = createExpireReservations(context, worker, { process, memory });

  const beginBatch = (step: string, batch: number): void => {
    const next = successors.next(process, step);
    if (mutation === 'worker releases unasked') {
      next[worker.release] = batch;
      goToSettlements(next);
    } else {
      next[worker.batch] = batch;
      goTo(next, BATCH_STEP.EXPIRE_RESERVATIONS);
    }
  };

  /** What a sweep lists: catalog's queries.ts, by catalog's clock. */
  const isOverdue = (state: State, id: IdFields): boolean =>
    mutation === 'sweep by reservations'
      ? get(state, id.status) === RESERVATION.PENDING &&
        get(state, id.expires) <= get(state, layout.time)
      : get(state, id.hold) === HOLD.HELD && get(state, id.holdDue) <= catalog.now(state);

  const begin: Process = (state) => {
    let overdue = 0;
    let jobs = 0;
    for (const [place, id] of layout.ids.entries()) {
      if (isOverdue(state, id)) overdue |= 1 << place;
      if (get(state, id.job) === 1) jobs |= 1 << place;
    }
    if (overdue !== 0) beginBatch('listOverdueHolds', overdue);
    if (jobs === 0) return;
    beginBatch('job', jobs);
    if ((jobs & (jobs - 1)) === 0) return;
    for (let rest = jobs; rest !== 0; rest &= rest - 1) beginBatch('job of one', rest & -rest);
  };

  /** Ids are settled one by one here; in the code they may share a transaction. */
  const settle =
    (ids: Field, into: 'SOLD' | 'RELEASED', readStep: number, writeStep: number): Process =>
    (state) => {
      const goOn = (next: State): void => {
        takeNext(next, ids);
        goToSettlements(next);
      };
      const id = at(layout.ids, lowest(get(state, ids)));
      settleHold(state, { process, id, into, step: worker.step, readStep, writeStep, goOn });
      // A failure of one part of a batch affects that part only.
      goOn(successors.next(process, 'settlement fails', true));
    };
  const restore = settle(
    worker.release,
    'RELEASED',
    BATCH_STEP.RESTORE_READ,
    BATCH_STEP.RESTORE_WRITE,
  );
  const commit = settle(worker.sell, 'SOLD', BATCH_STEP.COMMIT_READ, BATCH_STEP.COMMIT_WRITE);

  const steps: readonly Process[] = [
    begin,
    expire.expireReservations,
    expire.expireDue,
    expire.findFates,
    expire.insertTombstones,
    expire.findFatesAgain,
    restore,
    restore,
    commit,
    commit,
  ];

  return (state) => {
    const step = get(state, worker.step);
    at(steps, step)(state);
    if (step !== BATCH_STEP.IDLE) end(successors.next(process, 'crash, or reply lost', true));
  };
};
