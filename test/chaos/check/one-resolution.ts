import { clockTolerance, dueTime, type Facts, type Sighting, type Story } from './facts';
import { type InvariantResult, judgeEach } from './verdict';

/**
 * A refusal may call a reservation expired by one clock while another clock lets it live on. With clocks that
 * differ it is final only when it is due by all of them.
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

/** Where a client saw a final status, and later the same reservation as pending. */
const findSteppedBack = ({ sightings }: Story): readonly string[] => {
  // A refusal may say EXPIRED before that is stored: what is read afterwards may still be PENDING.
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

/** The different final statuses that were told, and the stored one. */
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
  // What is still PENDING where it must not be, the other checks say.
  if (stored !== undefined && stored !== 'PENDING' && tellers.size > 0 && !tellers.has(stored)) {
    tellers.set(stored, `stored is ${stored}`);
  }
  return tellers.size > 1 ? [[...tellers.values()].join(', ')] : [];
};

/** Wrong answers to a call that says what the status must be. */
const findOddAnswers = ({ sightings, attempts }: Story): readonly string[] => {
  const wanted = { confirm: 'CONFIRMED', cancel: 'CANCELLED', get: undefined } as const;
  const actions = new Map(attempts.map(({ n, action }) => [n, action]));
  return sightings.flatMap(({ n, status, by }) => {
    const action = actions.get(n) ?? 'get';
    const expected = wanted[action];
    return by === 'answer' && expected !== undefined && status !== expected
      ? [`call ${n} to ${action} was accepted, and answered ${status}`]
      : [];
  });
};

/**
 * A reservation is resolved once: nobody is told two different final statuses of it, what was told is what is
 * stored, and it is never seen pending again.
 */
export const checkOneResolution = (facts: Facts): InvariantResult => {
  const tolerance = clockTolerance(facts.history);
  return judgeEach('one resolution', facts.history.stories.values(), (story) =>
    [
      ...findContradiction(story, facts, tolerance),
      ...findSteppedBack(story),
      ...findOddAnswers(story),
    ].map((problem) => `reservation ${story.reservationId}: ${problem}`),
  );
};
