import { createCatalogStore } from './catalog';
import { at, type Context, type Process } from './context';
import { get, type IdFields, type ResolveFields, type State } from './layout';
import { createReservationStore } from './reservations';
import { createSettleHold } from './settle-hold';
import { RESERVATION } from './values';

/** The next step of a Confirm or Cancel call. */
const STEP = {
  IDLE: 0,
  UPDATE: 1,
  WHO_WON: 2,
  FIND_OWNED: 3,
  EXPIRE_DUE: 4,
  SETTLE_READ: 5,
  SETTLE_WRITE: 6,
  REPLY: 7,
  REFUSE: 8,
  /** A confirmation replies as soon as it is durable, and settles afterwards. */
  REPLY_BEFORE_SETTLEMENT: 9,
} as const;

/**
 * One Confirm or Cancel call (reservation: application/resolve-reservation.ts,
 * confirm-reservation.ts, cancel-reservation.ts, settle-hold.ts, settle-later.ts). Its customer
 * retries it forever.
 */
export const createResolveReservation = (context: Context, call: ResolveFields): Process => {
  const { scenario, layout, mutation, successors } = context;
  const { to } = call;
  const reservations = createReservationStore(context);
  const settleHold = createSettleHold({ catalog: createCatalogStore(context), successors });
  const { guessesId } = at(scenario.customers, call.customer);
  const { grace = 0 } = scenario;
  const verb = to === 'CONFIRMED' ? 'confirm' : 'cancel';
  const caller = call.by === 'customer' ? 'customer' : 'backend of customer';
  const process = `${caller} ${call.customer + 1}, ${verb}`;
  const isEager = mutation === 'cancel settles before it resolves' && to === 'CANCELLED';

  const ownIds = layout.ids.filter(({ customer }) => customer === call.customer);
  const id: IdFields = at(ownIds, 0);

  const goTo = (next: State, step: number): void => {
    next[call.step] = step;
  };
  const end = (next: State): void => {
    next[call.now] = 0;
    goTo(next, STEP.IDLE);
  };
  const settled = (next: State): void => {
    if (isEager) beginUpdate(next);
    else if (to === 'CONFIRMED') end(next);
    else goTo(next, STEP.REPLY);
  };

  /** The batch of `resolve` in reservation-writer.ts reads the clock before it is written. */
  const beginUpdate = (next: State): void => {
    next[call.now] = get(next, layout.time) + 1;
    goTo(next, STEP.UPDATE);
  };

  const begin: Process = (state) => {
    if (get(state, id.toldReserved) === 0 && !guessesId) return;
    const next = successors.next(process, verb);
    if (isEager) goTo(next, STEP.SETTLE_READ);
    else beginUpdate(next);
  };

  /** The `bulkWrite` in resolve-pending.ts. */
  const update: Process = (state) => {
    const next = successors.next(process, 'resolve: bulkWrite');
    reservations.resolve(next, id, { to, by: call.by, now: get(state, call.now) - 1 });
    goTo(next, STEP.WHO_WON);
  };

  /** The read after it, which determines by status and time whether this call made the change. */
  const whoWon: Process = (state) => {
    const next = successors.next(process, 'resolve: find');
    const isOwn =
      get(next, id.status) === RESERVATION[to] && get(next, id.resolvedAt) === get(state, call.now);
    const isFinal =
      get(next, id.status) > RESERVATION.PENDING && get(next, id.status) < RESERVATION.TOMBSTONE;
    next[call.now] = 0;
    if (isOwn && isEager) goTo(next, STEP.REPLY);
    else if (isOwn && to === 'CONFIRMED') goTo(next, STEP.REPLY_BEFORE_SETTLEMENT);
    else if (isOwn || (isFinal && mutation === 'loser settles the hold too')) {
      goTo(next, STEP.SETTLE_READ);
    } else goTo(next, STEP.FIND_OWNED);
  };

  const isInGrace = (state: State): boolean => {
    const time = get(state, layout.time);
    const expires = get(state, id.expires);
    return call.by === 'customer' && expires > time && expires - grace <= time;
  };

  /** Why it lost; a pending reservation that is not due has appeared meanwhile, and is retried. */
  const findOwned: Process = () => {
    const next = successors.next(process, 'findOwned');
    const status = get(next, id.status);
    if (status === RESERVATION[to]) goTo(next, STEP.REPLY);
    else if (status === RESERVATION.EXPIRED) goTo(next, STEP.REFUSE);
    else if (status !== RESERVATION.PENDING) end(next);
    else if (isInGrace(next)) {
      // Refused, but nothing is final: a backend may still confirm it.
      end(next);
    } else if (get(next, id.expires) > get(next, layout.time)) beginUpdate(next);
    else if (mutation === 'refuse what is due without expiring it') goTo(next, STEP.REFUSE);
    else {
      next[call.now] = get(next, layout.time) + 1;
      goTo(next, STEP.EXPIRE_DUE);
    }
  };

  /**
   * The reservation is expired before it is reported as expired, because a confirmation decided in
   * time may still arrive.
   */
  const expireDue: Process = (state) => {
    const next = successors.next(process, 'resolve: expireDue');
    const expired = reservations.expireDue(next, id, get(state, call.now) - 1);
    next[call.now] = 0;
    if (expired) goTo(next, STEP.REFUSE);
    else beginUpdate(next);
  };

  const settle: Process = (state) => {
    settleHold(state, {
      process,
      id,
      into: to === 'CONFIRMED' ? 'SOLD' : 'RELEASED',
      step: call.step,
      readStep: STEP.SETTLE_READ,
      writeStep: STEP.SETTLE_WRITE,
      goOn: settled,
    });
    const next = successors.next(process, 'settleHold fails; scheduleSettlement', true);
    next[id.job] = 1;
    settled(next);
    settled(successors.next(process, 'settleHold and scheduleSettlement fail', true));
  };

  const reply: Process = () => {
    const next = successors.next(process, `reply: ${to}`);
    if (to === 'CONFIRMED') next[id.toldConfirmed] = 1;
    end(next);
  };

  const replyBeforeSettlement: Process = () => {
    const next = successors.next(process, 'reply: CONFIRMED; settlement goes on');
    next[id.toldConfirmed] = 1;
    goTo(next, STEP.SETTLE_READ);
  };

  const refuse: Process = () => {
    const next = successors.next(process, 'reply: RESERVATION_EXPIRED');
    next[id.toldExpired] = 1;
    end(next);
  };

  const steps: readonly Process[] = [
    begin,
    update,
    whoWon,
    findOwned,
    expireDue,
    settle,
    settle,
    reply,
    refuse,
    replyBeforeSettlement,
  ];

  return (state) => {
    const step = get(state, call.step);
    at(steps, step)(state);
    if (step !== STEP.IDLE) end(successors.next(process, 'crash, or reply lost', true));
  };
};
