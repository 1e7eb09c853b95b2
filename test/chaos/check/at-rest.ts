import { type Facts, mayBeExtended } from './facts';
import { describeLines, sameUnits } from './lines';
import type { StoredHold, StoredReservation } from './store';
import { type InvariantResult, judgeEach } from './verdict';

const HOLD_STATE = {
  PENDING: 'HELD',
  CONFIRMED: 'SOLD',
  RETURNED: 'SOLD',
  CANCELLED: 'RELEASED',
  EXPIRED: 'RELEASED',
} as const;

const checkPair = (
  hold: StoredHold,
  reservation: StoredReservation,
  isExtended: boolean,
): readonly string[] => {
  const problems: string[] = [];
  const { status, isTombstone } = reservation;
  if (hold.state !== HOLD_STATE[status]) {
    problems.push(`${isTombstone ? 'tombstone' : status}, but its hold is ${hold.state}`);
  }
  if (isTombstone) return problems;
  if (hold.customerId !== reservation.customerId) {
    problems.push(`of ${reservation.customerId ?? 'nobody'}, but its hold of ${hold.customerId}`);
  }
  if (!sameUnits(hold.lines, reservation.lines)) {
    problems.push(
      `of ${describeLines(reservation.lines)}, but its hold of ${describeLines(hold.lines)}`,
    );
  }
  // Catalog is told of an extension by best effort, and counts the rest by its own clock.
  if (!isExtended && hold.expireTime !== reservation.expiresAt) {
    problems.push('expires at another time than its hold');
  }
  const returnsOf = ({ returns }: StoredHold | StoredReservation): string =>
    returns
      .map(({ returnId, lines, writeOff }) => `${returnId} ${writeOff} ${describeLines(lines)}`)
      .sort()
      .join();
  if (returnsOf(hold) !== returnsOf(reservation)) problems.push('has other returns than its hold');
  if (reservation.hasReturnsPending) problems.push('its returns are still marked');
  return problems;
};

const checkOne = (
  hold: StoredHold | undefined,
  reservation: StoredReservation | undefined,
  isExtended: boolean,
): readonly string[] => {
  const problems: string[] = [];
  if (reservation?.status === 'PENDING') problems.push('still PENDING');
  if (hold?.state === 'HELD') problems.push('its hold is still HELD');
  if (reservation === undefined) problems.push('a hold without a reservation');
  else if (hold !== undefined) problems.push(...checkPair(hold, reservation, isExtended));
  else if (!reservation.isTombstone) problems.push('a reservation without a hold');
  return problems;
};

/** After the last hold time and sweep everything is final, and both databases agree. */
export const checkAtRest = ({ history, store }: Facts): InvariantResult => {
  const extended = new Set(
    [...history.stories.values()].filter(mayBeExtended).map(({ reservationId }) => reservationId),
  );
  const ids = new Set([...store.reservations.keys(), ...store.holds.keys()]);
  const result = judgeEach('at rest all is settled', ids, (id) =>
    checkOne(store.holds.get(id), store.reservations.get(id), extended.has(id)).map(
      (problem) => `reservation ${id}: ${problem}`,
    ),
  );
  const { end } = history;
  if (end !== undefined && end.quietAt > 0) return result;
  const why = end === undefined ? 'The history has no end.' : 'It did not come to rest in time.';
  return {
    ...result,
    violations: [why, ...result.violations],
    violationsTotal: result.violationsTotal + 1,
  };
};
