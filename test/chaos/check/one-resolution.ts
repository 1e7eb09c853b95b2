import { clockTolerance, dueTime, type Facts, type Sighting, type Story } from './facts';
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
    if (isFinal(sighting, due, tolerance) && !tellers.has(sighting.status)) {
      tellers.set(sighting.status, `call ${sighting.n} was told ${sighting.status}`);
    }
  }
  const stored = store.reservations.get(story.reservationId)?.status;
  // Reservations that are PENDING when they must not be are found by the other checks.
  if (stored !== undefined && stored !== 'PENDING' && tellers.size > 0 && !tellers.has(stored)) {
    tellers.set(stored, `stored is ${stored}`);
  }
  return tellers.size > 1 ? [[...tellers.values()].join(', ')] : [];
};

/** Wrong statuses in responses that must have a certain status. */
const findOddAnswers = ({ sightings, attempts }: Story): readonly string[] => {
  const wanted = {
    confirm: 'CONFIRMED',
    cancel: 'CANCELLED',
    get: undefined,
    extend: undefined,
    revive: 'CONFIRMED',
  } as const;
  const actions = new Map(attempts.map(({ n, action }) => [n, action]));
  return sightings.flatMap(({ n, status, by }) => {
    const action = actions.get(n) ?? 'get';
    const expected = wanted[action];
    return by === 'answer' && expected !== undefined && status !== expected
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
 * A reservation is resolved once: clients never see two different final statuses of it, the
 * reported one is stored, and it is never pending again.
 */
export const checkOneResolution = (facts: Facts): InvariantResult => {
  const tolerance = clockTolerance(facts.history);
  const revivals = findWrongRevivals(facts.store);
  return judgeEach('one resolution', facts.history.stories.values(), (story) =>
    [
      ...findContradiction(story, facts, tolerance),
      ...findSteppedBack(story),
      ...findOddAnswers(story),
      ...(revivals.get(story.reservationId) ?? []),
    ].map((problem) => `reservation ${story.reservationId}: ${problem}`),
  );
};
