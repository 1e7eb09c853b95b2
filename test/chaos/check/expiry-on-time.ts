import { clockTolerance, dueTime, type Facts, type Story } from './facts';
import type { StoredReservation } from './store';
import { type InvariantResult, judgeEach } from './verdict';

const iso = (time: number): string => new Date(time).toISOString();

/**
 * By the clock of the deciding process, which compared both times itself: without tolerance,
 * whatever its clock showed.
 */
const checkStored = ({
  isTombstone,
  status,
  expiresAt,
  confirmedAt,
  expiredAt,
}: StoredReservation): readonly string[] => {
  if (isTombstone) return [];
  const problems: string[] = [];
  if (status === 'CONFIRMED' && !(confirmedAt !== undefined && confirmedAt <= expiresAt)) {
    const when = confirmedAt === undefined ? 'at no time' : iso(confirmedAt);
    problems.push(`confirmed ${when}, after it expired at ${iso(expiresAt)}`);
  }
  if (status === 'EXPIRED' && !(expiredAt !== undefined && expiredAt >= expiresAt)) {
    const when = expiredAt === undefined ? 'at no time' : iso(expiredAt);
    problems.push(`expired ${when}, but it was to live until ${iso(expiresAt)}`);
  }
  return problems;
};

/** By the clock of the harness, from the clients' view. */
const checkSeen = (story: Story, due: number, tolerance: number): readonly string[] => {
  const confirms = story.attempts.filter(({ action }) => action === 'confirm');
  const accepted = confirms.find(({ status }) => status === 200);
  // An earlier attempt without a response may have been applied; then the accepted one was only a
  // retry.
  const firstSentAt = confirms.reduce((first, { sentAt }) => Math.min(first, sentAt), Infinity);
  const late =
    accepted !== undefined && firstSentAt > due + tolerance
      ? [`call ${accepted.n} confirmed it ${firstSentAt - due} ms after it expired`]
      : [];
  const early = story.sightings
    .filter(({ status, answeredAt }) => status === 'EXPIRED' && answeredAt < due - tolerance)
    .map(({ n, answeredAt }) => `call ${n} saw it expired ${due - answeredAt} ms too early`);
  return [...late, ...early];
};

/**
 * Nothing is confirmed after its expiry, and nothing expires early: exactly by the stored times,
 * and by the clients' send and response times within the shift of reservation's clock.
 */
export const checkExpiryOnTime = ({ history, store }: Facts): InvariantResult => {
  const tolerance = clockTolerance(history);
  const ids = new Set([...store.reservations.keys(), ...history.stories.keys()]);
  return judgeEach('expiry on time', ids, (reservationId) => {
    const stored = store.reservations.get(reservationId);
    const story = history.stories.get(reservationId);
    const due = story === undefined || stored?.isTombstone ? undefined : dueTime(story, store);
    return [
      ...(stored === undefined ? [] : checkStored(stored)),
      ...(story === undefined || due === undefined ? [] : checkSeen(story, due, tolerance)),
    ].map((problem) => `reservation ${reservationId}: ${problem}`);
  });
};
