import type { ReservationStatus } from '../history/history';
import {
  type Attempt,
  clockTolerance,
  dueTime,
  type Facts,
  type Sighting,
  type Story,
} from './facts';
import { type InvariantResult, judgeEach } from './verdict';

/**
 * While clocks differ, one instance may refuse a reservation as expired while for another it is
 * still pending. Such a refusal is final only if the reservation is due by all clocks.
 */
const isFinal = (
  { status, by, answeredAt }: Sighting,
  due: number | undefined,
  tolerance: number,
): boolean =>
  status !== 'PENDING' &&
  (by === 'answer' ||
    status !== 'EXPIRED' ||
    tolerance === 0 ||
    (due !== undefined && answeredAt >= due + tolerance));

/** What RETURNED was before: it is the only final status that follows another. */
const resolutionOf = (status: ReservationStatus): ReservationStatus =>
  status === 'RETURNED' ? 'CONFIRMED' : status;

/** Cases in which a client saw everything returned, and later something left. */
const findUnreturned = ({ sightings }: Story): readonly string[] => {
  const returned = sightings.filter(({ status }) => status === 'RETURNED');
  return sightings
    .filter(({ status }) => status === 'CONFIRMED')
    .flatMap(({ n, sentAt }) => {
      const earlier = returned.find(({ answeredAt }) => answeredAt < sentAt);
      return earlier === undefined
        ? []
        : [`call ${earlier.n} saw RETURNED, and call ${n} later CONFIRMED`];
    });
};

/** Cases in which a client saw a final status, and later the same reservation as pending. */
const findSteppedBack = ({ sightings }: Story): readonly string[] => {
  // A refusal may say EXPIRED before that is stored: a later read may still return PENDING.
  const stored = sightings.filter(({ status, by }) => by === 'answer' || status !== 'EXPIRED');
  const finals = stored.filter(({ status }) => status !== 'PENDING');
  const firstFinal = finals.reduce<Sighting | undefined>(
    (first, one) => (first === undefined || one.answeredAt < first.answeredAt ? one : first),
    undefined,
  );
  if (firstFinal === undefined) return [];
  return stored
    .filter(({ status, sentAt }) => status === 'PENDING' && sentAt > firstFinal.answeredAt)
    .map(({ n }) => `call ${firstFinal.n} saw ${firstFinal.status}, and call ${n} later PENDING`);
};

/** The different final statuses that were reported, and the stored one. */
const findContradiction = (
  story: Story,
  { store }: Facts,
  tolerance: number,
): readonly string[] => {
  const due = dueTime(story, store);
  const tellers = new Map<string, string>();
  for (const sighting of story.sightings) {
    const resolution = resolutionOf(sighting.status);
    if (isFinal(sighting, due, tolerance) && !tellers.has(resolution)) {
      tellers.set(resolution, `call ${sighting.n} was told ${sighting.status}`);
    }
  }
  const status = store.reservations.get(story.reservationId)?.status;
  const stored = status && resolutionOf(status);
  // Reservations that are PENDING when they must not be are found by the other checks.
  if (stored !== undefined && stored !== 'PENDING' && tellers.size > 0 && !tellers.has(stored)) {
    tellers.set(stored, `stored is ${stored}`);
  }
  return tellers.size > 1 ? [[...tellers.values()].join(', ')] : [];
};

/** Wrong statuses in responses that must have a certain status. */
const findOddAnswers = ({ sightings, attempts }: Story): readonly string[] => {
  const wanted = {
    confirm: ['CONFIRMED'],
    cancel: ['CANCELLED'],
    get: undefined,
    extend: undefined,
    // A replay may come after its return.
    revive: ['CONFIRMED', 'RETURNED'],
    return: ['CONFIRMED', 'RETURNED'],
  } as const satisfies Record<Attempt['action'], readonly ReservationStatus[] | undefined>;
  const actions = new Map(attempts.map(({ n, action }) => [n, action]));
  return sightings.flatMap(({ n, status, by }) => {
    const action = actions.get(n) ?? 'get';
    const expected: readonly ReservationStatus[] | undefined = wanted[action];
    return by === 'answer' && expected?.includes(status) === false
      ? [`call ${n} to ${action} was accepted, and answered ${status}`]
      : [];
  });
};

/** What was revived must have expired, and is revived once. */
const findWrongRevivals = ({
  reservations,
}: Facts['store']): ReadonlyMap<string, readonly string[]> => {
  const revivals = new Map<string, string>();
  const problems = new Map<string, readonly string[]>();
  for (const { reservationId, replaces } of reservations.values()) {
    if (replaces === undefined) continue;
    const status = reservations.get(replaces)?.status;
    const other = revivals.get(replaces);
    if (status !== 'EXPIRED') problems.set(replaces, [`revived, but it is ${status ?? 'missing'}`]);
    if (other !== undefined) problems.set(replaces, [`revived as ${other} and ${reservationId}`]);
    revivals.set(replaces, reservationId);
  }
  return problems;
};

/**
 * A reservation is resolved once: clients never see two different final statuses of it, except
 * RETURNED after CONFIRMED, the reported one is stored, and it is never pending again.
 */
export const checkOneResolution = (facts: Facts): InvariantResult => {
  const tolerance = clockTolerance(facts.history);
  const revivals = findWrongRevivals(facts.store);
  return judgeEach('one resolution', facts.history.stories.values(), (story) =>
    [
      ...findContradiction(story, facts, tolerance),
      ...findSteppedBack(story),
      ...findUnreturned(story),
      ...findOddAnswers(story),
      ...(revivals.get(story.reservationId) ?? []),
    ].map((problem) => `reservation ${story.reservationId}: ${problem}`),
  );
};
