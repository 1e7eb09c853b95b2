import { BATCH_STEP, type BatchMemory, isEmpty } from './batch-memory';
import type { Context, Process } from './context';
import { get, type IdFields, type State, type WorkerFields } from './layout';
import { createReservationStore } from './reservations';
import { isSale, RESERVATION } from './values';

/** The steps of ExpireReservations, in order. */
export interface ExpireReservations {
  readonly expireReservations: Process;
  readonly expireDue: Process;
  readonly findFates: Process;
  readonly insertTombstones: Process;
  readonly findFatesAgain: Process;
}

/**
 * ExpireReservations in reservation (application/expire-reservations.ts, domain/hold-verdict.ts),
 * id by id.
 */
export const createExpireReservations = (
  context: Context,
  worker: WorkerFields,
  deps: { readonly process: string; readonly memory: BatchMemory },
): ExpireReservations => {
  const { layout, mutation, successors } = context;
  const { process, memory } = deps;
  const { goTo, add, takeNext, goToSettlements } = memory;
  const reservations = createReservationStore(context);

  /** `expireReservations` reads the clock. */
  const expireReservations: Process = (state) => {
    const next = successors.next(process, 'expireReservations');
    next[worker.now] = get(state, layout.time);
    next[worker.todo] = get(state, worker.batch);
    next[worker.expired] = 0;
    goTo(next, BATCH_STEP.EXPIRE_DUE);
  };

  const expireDue: Process = (state) => {
    const next = successors.next(process, 'expireDue');
    const { id, bit } = takeNext(next, worker.todo);
    if (reservations.expireDue(next, id, get(state, worker.now))) add(next, worker.expired, bit);
    if (!isEmpty(next, worker.todo)) return;
    const expired = get(next, worker.expired);
    const batch = get(next, worker.batch);
    const all =
      mutation === 'one expired counts as all expired' ? expired !== 0 : expired === batch;
    for (const field of [worker.now, worker.batch, worker.expired]) next[field] = 0;
    if (all) {
      next[worker.release] = batch;
      goToSettlements(next);
    } else {
      next[worker.todo] = batch;
      goTo(next, BATCH_STEP.FIND_FATES);
    }
  };

  /** `verdictFor` in hold-verdict.ts; a pending reservation is not due, or is retried. */
  const judge = (next: State, id: IdFields, bit: number): void => {
    const status = get(next, id.status);
    const isUnsold =
      status > RESERVATION.RETURNED ||
      (status === RESERVATION.RETURNED && mutation === 'returned counts as ended unsold');
    if (isUnsold) add(next, worker.release, bit);
    else if (isSale(status)) add(next, worker.sell, bit);
  };

  const findFates: Process = () => {
    const next = successors.next(process, 'findFates');
    const { id, bit } = takeNext(next, worker.todo);
    if (isEmpty(next, id.status)) add(next, worker.missing, bit);
    else judge(next, id, bit);
    if (!isEmpty(next, worker.todo)) return;
    const missing = get(next, worker.missing);
    if (missing === 0) goToSettlements(next);
    else if (mutation === 'no tombstone') {
      add(next, worker.release, missing);
      next[worker.missing] = 0;
      goToSettlements(next);
    } else {
      next[worker.todo] = missing;
      goTo(next, BATCH_STEP.INSERT_TOMBSTONES);
    }
  };

  const insertTombstones: Process = () => {
    const next = successors.next(process, 'insertTombstones');
    const { id } = takeNext(next, worker.todo);
    reservations.insertTombstone(next, id);
    if (!isEmpty(next, worker.todo)) return;
    const missing = get(next, worker.missing);
    next[worker.missing] = 0;
    if (mutation === 'tombstone not read back') {
      add(next, worker.release, missing);
      goToSettlements(next);
    } else {
      next[worker.todo] = missing;
      goTo(next, BATCH_STEP.FIND_FATES_AGAIN);
    }
  };

  const findFatesAgain: Process = () => {
    const next = successors.next(process, 'findFates: read back');
    const { id, bit } = takeNext(next, worker.todo);
    judge(next, id, bit);
    if (isEmpty(next, worker.todo)) goToSettlements(next);
  };

  return { expireReservations, expireDue, findFates, insertTombstones, findFatesAgain };
};
