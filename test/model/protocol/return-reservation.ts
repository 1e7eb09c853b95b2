import { createCatalogStore, heldReturns } from './catalog';
import { at, type Context, type Process } from './context';
import { get, type ReturnCallFields, type State } from './layout';
import { createReservationStore, madeReturns, unitsLeft } from './reservations';
import { createSettleReturns } from './settle-returns';
import { isSale, RESERVATION } from './values';

/** The next step of a Return call; those of its settlement follow. */
const STEP = { IDLE: 0, UPDATE: 1, REPLY: 2, REPLY_AND_SETTLE: 3 } as const;

/**
 * One Return call (reservation: application/return-reservation.ts), which its backend repeats
 * forever with the same key. The reservation decides, and catalog follows.
 */
export const createReturnReservation = (context: Context, call: ReturnCallFields): Process => {
  const { scenario, layout, mutation, successors } = context;
  const reservations = createReservationStore(context);
  const catalog = createCatalogStore(context);
  const { key } = call;
  const process = `backend of customer ${call.customer + 1}, return ${key + 1}`;
  const id = at(
    layout.ids.filter(({ customer }) => customer === call.customer),
    0,
  );
  const { wanted, told } = at(id.returns, key);
  const { lines } = at(scenario.customers, call.customer);

  const goTo = (next: State, step: number): void => {
    next[call.step] = step;
  };
  const forget = (next: State): void => {
    for (const field of [call.known, call.todo, call.seen, ...call.units]) next[field] = 0;
  };
  const end = (next: State): void => {
    forget(next);
    goTo(next, STEP.IDLE);
  };
  const settlement = createSettleReturns(context, call, { process, id, end });

  /** The units of each product to return; undefined if there are not as many left. */
  const plan = (state: State): readonly number[] | undefined => {
    const left = unitsLeft(state, id, lines);
    const units = wanted.lines === 'all' ? left : wanted.lines;
    const isAvailable = units.every((count, product) => count <= at(left, product));
    return isAvailable && units.some((count) => count > 0) ? units : undefined;
  };

  /** Reads the reservation. Whatever was not confirmed is refused, and so are too many units. */
  const begin: Process = (state) => {
    const status = get(state, id.status);
    const isReturnable =
      isSale(status) ||
      (status === RESERVATION.PENDING && mutation === 'return whatever the status is');
    if (!isReturnable) return;
    const made = madeReturns(state, id);
    if ((made & (1 << key)) !== 0 && mutation !== 'return not idempotent by key') {
      if (get(state, told) === 0) goTo(successors.next(process, 'return: replayed'), STEP.REPLY);
      return;
    }
    const units = plan(state);
    if (units === undefined) return;
    const next = successors.next(process, 'return');
    next[call.known] = made;
    units.forEach((count, product) => {
      next[at(call.units, product)] = count;
    });
    if (mutation === 'catalog returns before reservation decides') {
      catalog.writeReturn(next, id, { key, units, seen: heldReturns(next, id) });
    }
    goTo(next, STEP.UPDATE);
  };

  /** `addReturn` in reservation.repository.ts. If it changes nothing, the call begins again. */
  const update: Process = (state) => {
    const next = successors.next(process, 'return: findOneAndUpdate');
    const units = call.units.map((field) => get(state, field));
    const seen = get(state, call.known);
    forget(next);
    if (reservations.addReturn(next, id, { key, units, seen })) goTo(next, STEP.REPLY_AND_SETTLE);
    else goTo(next, STEP.IDLE);
  };

  const reply: Process = () => {
    const next = successors.next(process, 'reply: returned');
    next[told] = 1;
    end(next);
  };

  /** With the reservation as the update has returned it, or later. */
  const replyAndSettle: Process = () => {
    const next = successors.next(process, 'reply: returned; settlement goes on');
    next[told] = 1;
    settlement.begin(next);
  };

  const steps: readonly Process[] = [begin, update, reply, replyAndSettle, ...settlement.steps];

  return (state) => {
    const step = get(state, call.step);
    at(steps, step)(state);
    if (step !== STEP.IDLE) end(successors.next(process, 'crash, or reply lost', true));
  };
};
