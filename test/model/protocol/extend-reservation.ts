import { createCatalogStore } from './catalog';
import { at, type Context, type Process } from './context';
import { EXTENSION_MAX } from './invariants';
import { type ExtendFields, get, type State } from './layout';
import { createReservationStore } from './reservations';
import { RESERVATION } from './values';

/** The next step of an Extend call. */
const STEP = { IDLE: 0, UPDATE: 1, POSTPONE: 2, REPLY: 3 } as const;

/**
 * One Extend call by a tick (reservation: application/extend-reservation.ts; catalog:
 * hold.repository.ts), which its backend repeats forever.
 */
export const createExtendReservation = (context: Context, call: ExtendFields): Process => {
  const { layout, mutation, successors } = context;
  const reservations = createReservationStore(context);
  const catalog = createCatalogStore(context);
  const process = `backend of customer ${call.customer + 1}, extend`;
  const id = at(
    layout.ids.filter(({ customer }) => customer === call.customer),
    0,
  );

  const goTo = (next: State, step: number): void => {
    next[call.step] = step;
  };
  const end = (next: State): void => {
    next[call.now] = 0;
    next[call.until] = 0;
    goTo(next, STEP.IDLE);
  };

  /** Reads the reservation, and the clock. Another state than PENDING is refused. */
  const begin: Process = (state) => {
    if (get(state, id.status) !== RESERVATION.PENDING) return;
    const expires = get(state, id.expires);
    const isMax = expires >= get(state, id.holdExpires) + EXTENSION_MAX;
    if (isMax && mutation !== 'extension beyond the maximum') return;
    const next = successors.next(process, 'extend');
    next[call.now] = get(next, layout.time) + 1;
    next[call.until] = expires;
    goTo(next, STEP.UPDATE);
  };

  /** `extend` in reservation.repository.ts. If it changes nothing, the call begins again. */
  const update: Process = (state) => {
    const next = successors.next(process, 'extend: updateOne');
    const from = get(state, call.until);
    const to = from + 1;
    const changed = reservations.extend(next, id, { now: get(state, call.now) - 1, from, to });
    if (!changed) {
      end(next);
      return;
    }
    next[call.now] = 0;
    next[call.until] = to;
    goTo(next, STEP.POSTPONE);
  };

  /** PostponeHold: best effort, so that the sweep does not list the hold meanwhile. */
  const postpone: Process = (state) => {
    const next = successors.next(process, 'postponeHold');
    catalog.postpone(next, id, Math.max(0, get(state, call.until) - get(state, layout.time)));
    goTo(next, STEP.REPLY);
    goTo(successors.next(process, 'postponeHold fails', true), STEP.REPLY);
  };

  const reply: Process = (state) => {
    const next = successors.next(process, 'reply: extended');
    next[id.toldUntil] = Math.max(get(state, id.toldUntil), get(state, call.until));
    end(next);
  };

  const steps: readonly Process[] = [begin, update, postpone, reply];

  return (state) => {
    const step = get(state, call.step);
    at(steps, step)(state);
    if (step !== STEP.IDLE) end(successors.next(process, 'crash, or reply lost', true));
  };
};
