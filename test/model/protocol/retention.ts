import { createCatalogStore } from './catalog';
import type { Context, Process } from './context';
import { get, type IdFields, type State } from './layout';
import { createReservationStore } from './reservations';
import { HOLD, isSoldHold, RESERVATION } from './values';

/**
 * Retention in catalog and in reservation (application/retention.ts in both). Sold holds are folded
 * at any time. Deletions are days after the last change, and no call lasts that long, so they come
 * while no call is under way; customers still repeat their calls afterwards. Units may be returned
 * as long as there is a reservation, so these calls can meet its deletion; a week later, when its
 * hold goes, none is under way.
 */
export const createRetention = (context: Context): Process => {
  const { layout, mutation, successors } = context;
  const catalog = createCatalogStore(context);
  const reservations = createReservationStore(context);
  const { calls, resolves, extensions, returnCalls, recoveries, workers, adjusts } = layout;
  const steps = [...calls, ...resolves, ...extensions, ...workers, ...adjusts].map(
    ({ step }) => step,
  );
  const stepsOfReturns = [...returnCalls, ...recoveries].map(({ step }) => step);
  const next = (step: string): State => successors.next('retention', step);

  const canDeleteHold = (state: State, { hold, status }: IdFields): boolean => {
    const held = get(state, hold);
    const isGone =
      get(state, status) === RESERVATION.NONE || get(state, status) === RESERVATION.TOMBSTONE;
    if (held === HOLD.NONE) return false;
    if (held === HOLD.RELEASED || mutation === 'hold deleted whatever its state is') return true;
    if (held === HOLD.SOLD) {
      return isGone && mutation === 'sold hold deleted before it is folded';
    }
    // Kept by time alone: catalog deletes sold holds a week after reservation has deleted what they
    // belong to.
    return (
      held === HOLD.FOLDED && (isGone || mutation === 'sold hold deleted before its reservation')
    );
  };

  const canDeleteReservation = (
    state: State,
    { hold, status, returnsPending }: IdFields,
  ): boolean => {
    const isPending = get(state, returnsPending) === 1;
    if (isPending && mutation !== 'reservation deleted before its returns are settled') {
      return false;
    }
    switch (get(state, status)) {
      case RESERVATION.NONE:
      case RESERVATION.PENDING:
        return false;
      case RESERVATION.CONFIRMED:
      case RESERVATION.RETURNED:
        return (
          isSoldHold(get(state, hold)) ||
          mutation === 'confirmed reservation deleted before its hold is sold'
        );
      default:
        return true;
    }
  };

  return (state) => {
    const isQuiet = steps.every((step) => get(state, step) === 0);
    const hasNoReturns = stepsOfReturns.every((step) => get(state, step) === 0);
    for (const id of layout.ids) {
      const hold = get(state, id.hold);
      if (hold === HOLD.SOLD || (hold === HOLD.FOLDED && mutation === 'hold folded twice')) {
        catalog.fold(next('foldSold'), id);
      }
      if (!isQuiet) continue;
      if (hasNoReturns && canDeleteHold(state, id)) {
        catalog.deleteHold(next('delete the hold'), id);
      }
      if (canDeleteReservation(state, id)) reservations.delete(next('delete the reservation'), id);
    }
  };
};
