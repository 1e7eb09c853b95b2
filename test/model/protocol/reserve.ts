import { CALL_STEP, createCallMemory } from './call-memory';
import { createCatalogStore } from './catalog';
import { at, type Context, type Process } from './context';
import { type CallFields, get, type State } from './layout';
import { createReservationStore } from './reservations';
import { holdTicks } from './scenario';
import { createSettleHold } from './settle-hold';
import { createTakeHold } from './take-hold';
import { FAULT, HOLD, RESERVATION } from './values';

const LETTERS = 'abcdefgh';

/**
 * One Reserve call (reservation: application/reserve.ts; DecrementStock is in take-hold.ts), or one
 * Revive call (application/revive-reservation.ts), which inserts a CONFIRMED reservation. Its
 * customer retries it forever with the same key, whatever the response was, and several calls may
 * be in flight: a double click, or one whose caller has gone.
 */
export const createReserve = (context: Context, call: CallFields, index: number): Process => {
  const { scenario, layout, mutation, successors } = context;
  const catalog = createCatalogStore(context);
  const reservations = createReservationStore(context);
  const settleHold = createSettleHold({ catalog, successors });
  const { revives } = call;
  const process = revives
    ? `backend of customer ${call.customer + 1}, revive`
    : `customer ${call.customer + 1}, call ${LETTERS.charAt(index)}`;
  const ownIds = layout.ids.flatMap((id, place) =>
    id.customer === call.customer && id.isRevival === revives ? [place] : [],
  );
  const first = at(
    layout.ids.filter(({ customer }) => customer === call.customer),
    0,
  );

  const memory = createCallMemory(context, call);
  const { goTo, forget, end, idOf } = memory;
  const decrement = createTakeHold(context, call, { process, memory, catalog });

  /** `reservationIdFor` and `expiresAt` in reserve.ts. With a key, the id is always the same. */
  const begin: Process = (state) => {
    if (revives && !mayRevive(state)) return;
    for (const id of ownIds) {
      const next = successors.next(process, revives ? 'revive' : 'reserve');
      next[call.id] = id;
      next[call.wants] = get(next, layout.time) + holdTicks(scenario);
      if (revives && mutation === 'revival without a hold') goTo(next, CALL_STEP.INSERT);
      else goTo(next, CALL_STEP.TAKE_HOLD);
    }
  };

  /** The read in revive-reservation.ts: EXPIRED is final. */
  const mayRevive = (state: State): boolean => {
    const status = get(state, first.status);
    const tooEarly = status === RESERVATION.PENDING && mutation === 'revive before it has expired';
    return status === RESERVATION.EXPIRED || tooEarly;
  };

  /** `writeReservation` in reserve.ts: a hold that is settled or due must not get a reservation. */
  const checkHold: Process = (state) => {
    const next = successors.next(process, 'writeReservation');
    const isDue = get(state, call.seenExpires) <= get(state, layout.time);
    const isHeld = get(state, call.seen) === HOLD.HELD;
    const passes =
      (isHeld || mutation === 'insert although the hold is not HELD') &&
      (!isDue || mutation === 'insert although the hold is due');
    goTo(next, passes ? CALL_STEP.INSERT : CALL_STEP.FIND);
    next[call.wants] = 0;
    if (passes && isDue) next[call.late] = 1;
    if (!passes) next[call.seenExpires] = 0;
    if (passes && mutation === 'answer before the insert') next[idOf(next).toldReserved] = 1;
    if (mutation !== 'restore on an unknown outcome') return;
    const undone = successors.next(process, 'takeHold: UNAVAILABLE, so undo it', true);
    forget(undone);
    goTo(undone, CALL_STEP.RESTORE_READ);
  };

  /**
   * `giveUp` in reserve.ts: a hold may exist without a reservation, so its job runs early. The job
   * finds out whether there is a reservation, and writes a tombstone before it releases the units.
   */
  const giveUp = (step: string): void => {
    const next = successors.next(process, step, true);
    next[idOf(next).job] = 1;
    end(next);
  };

  const insert: Process = (state) => {
    giveUp('insert fails; giveUp');
    if (mutation === 'restore when the insert was refused') {
      const undone = successors.next(process, 'insert is refused, so undo it', true);
      forget(undone);
      goTo(undone, CALL_STEP.RESTORE_READ);
    }
    const next = successors.next(process, revives ? 'insert: revived' : 'insert');
    const expires = get(next, call.seenExpires);
    const now = get(next, layout.time);
    const written = revives
      ? reservations.insertRevived(next, idOf(next), expires, now)
      : reservations.insert(next, idOf(next), expires);
    if (written === 'exists') {
      next[call.seenExpires] = 0;
      next[call.late] = 0;
      goTo(next, CALL_STEP.FIND);
      return;
    }
    if (get(state, call.late) === 1) {
      next[layout.faults] = get(next, layout.faults) | FAULT.RESERVATION_OF_DUE_HOLD;
    }
    forget(next);
    goTo(next, revives ? CALL_STEP.REPLY_REVIVED : CALL_STEP.SCHEDULE_EXPIRY);
  };

  /** `replayFirst` in reserve.ts. */
  const find: Process = () => {
    const next = successors.next(process, 'find');
    const status = get(next, idOf(next).status);
    const wasHeld = get(next, call.seen) === HOLD.HELD;
    forget(next);
    if (status === RESERVATION.PENDING) goTo(next, CALL_STEP.SCHEDULE_EXPIRY);
    else if (status >= RESERVATION.CANCELLED && wasHeld) goTo(next, CALL_STEP.RESTORE_READ);
    else if (status === RESERVATION.NONE || status === RESERVATION.TOMBSTONE) {
      end(next);
    } else goTo(next, CALL_STEP.REPLY);
  };

  /**
   * `settleHold` in settle-hold.ts, for a reservation or tombstone that ended without a sale;
   * catalog and the queue may be unavailable.
   */
  const restore: Process = (state) => {
    settleHold(state, {
      process,
      id: idOf(state),
      into: 'RELEASED',
      step: call.step,
      readStep: CALL_STEP.RESTORE_READ,
      writeStep: CALL_STEP.RESTORE_WRITE,
      goOn: end,
    });
    const next = successors.next(process, 'restoreStock fails; scheduleSettlement', true);
    next[idOf(next).job] = 1;
    end(next);
  };

  const scheduleExpiry: Process = () => {
    const next = successors.next(process, 'scheduleExpiry');
    next[idOf(next).job] = 1;
    goTo(next, CALL_STEP.REPLY);
    goTo(successors.next(process, 'scheduleExpiry fails', true), CALL_STEP.REPLY);
  };

  const reply: Process = () => {
    const next = successors.next(process, revives ? 'reply: revived' : 'reply: reserved');
    next[revives ? idOf(next).toldConfirmed : idOf(next).toldReserved] = 1;
    end(next);
  };

  const replyRevived: Process = () => {
    const next = successors.next(process, 'reply: revived; settlement goes on');
    next[idOf(next).toldConfirmed] = 1;
    goTo(next, CALL_STEP.COMMIT_READ);
  };

  const commit: Process = (state) => {
    settleHold(state, {
      process,
      id: idOf(state),
      into: 'SOLD',
      step: call.step,
      readStep: CALL_STEP.COMMIT_READ,
      writeStep: CALL_STEP.COMMIT_WRITE,
      goOn: end,
    });
    end(successors.next(process, 'settleHold and scheduleSettlement fail', true));
  };

  const steps: readonly Process[] = [
    begin,
    decrement.takeHold,
    decrement.findAvailable,
    decrement.findHolds,
    decrement.writeTake,
    decrement.writeSecondLine,
    checkHold,
    insert,
    find,
    restore,
    restore,
    scheduleExpiry,
    reply,
    replyRevived,
    commit,
    commit,
  ];

  return (state) => {
    const step = get(state, call.step);
    at(steps, step)(state);
    if (step === CALL_STEP.IDLE) return;
    end(successors.next(process, 'crash, or reply lost', true));
    if (step > CALL_STEP.TAKE_HOLD && step <= CALL_STEP.CHECK_HOLD) {
      giveUp('takeHold: UNAVAILABLE; giveUp');
    }
    if (step !== CALL_STEP.CHECK_HOLD) return;
    // The channel to catalog retries an unanswered call by itself.
    const again = successors.next(process, 'takeHold: UNAVAILABLE, called again', true);
    again[call.seen] = 0;
    again[call.seenExpires] = 0;
    goTo(again, CALL_STEP.TAKE_HOLD);
  };
};
