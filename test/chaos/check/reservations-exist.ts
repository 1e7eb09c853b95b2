import { type Acknowledgement, type Attempt, type Facts, mayBeExtended, type Story } from './facts';
import { describeLines, sameUnits } from './lines';
import type { StoredReservation } from './store';
import { type InvariantResult, judgeEach } from './verdict';

/** Seconds by which different extensions move the expiry: each key once. */
const secondsOf = (extensions: readonly Attempt[]): number =>
  [...new Map(extensions.map(({ key, seconds = 0 }) => [key, seconds])).values()].reduce(
    (sum, seconds) => sum + seconds,
    0,
  );

/**
 * The expiry moves by each accepted extension once; by each whose outcome is unknown at most once.
 */
const findWrongExpiry = (story: Story, stored: StoredReservation): readonly string[] => {
  const first = Math.min(
    ...story.acknowledgements.map(({ reservation }) => Date.parse(reservation.expiresAt)),
  );
  const extensions = story.attempts.filter(({ action }) => action === 'extend');
  const moved = (stored.expiresAt - first) / 1_000;
  const min = secondsOf(extensions.filter(({ status }) => status === 200));
  const max = secondsOf(extensions);
  return moved >= min && moved <= max
    ? []
    : [`its expiry moved by ${moved} s, by its extensions ${min} to ${max} s`];
};

/** The stored reservation must equal the acknowledged one. */
const compare = (
  { customerId, asked, reservation }: Acknowledgement,
  stored: StoredReservation,
  isExtended: boolean,
): readonly string[] => {
  const problems: string[] = [];
  if (!sameUnits(asked, reservation.items)) {
    problems.push(
      `asked for ${describeLines(asked)}, acknowledged ${describeLines(reservation.items)}`,
    );
  }
  if (stored.isTombstone) return [...problems, 'a tombstone is stored in its place'];
  if (stored.customerId !== customerId) {
    problems.push(`made by ${customerId}, stored for ${stored.customerId ?? 'nobody'}`);
  }
  if (!sameUnits(stored.lines, reservation.items)) {
    problems.push(
      `acknowledged ${describeLines(reservation.items)}, stored ${describeLines(stored.lines)}`,
    );
  }
  const times = isExtended ? (['createdAt'] as const) : (['expiresAt', 'createdAt'] as const);
  for (const time of times) {
    if (Date.parse(reservation[time]) !== stored[time]) {
      problems.push(
        `${time} was told as ${reservation[time]}, stored as ${new Date(stored[time]).toISOString()}`,
      );
    }
  }
  return problems;
};

/** Its owner must never get RESERVATION_NOT_FOUND once one was acknowledged. */
const findDenials = ({ acknowledgements, attempts }: Story): readonly string[] => {
  const known = acknowledgements[0];
  if (known === undefined) return [];
  return attempts
    .filter(
      ({ customerId, sentAt, reason }) =>
        reason === 'RESERVATION_NOT_FOUND' &&
        customerId === known.customerId &&
        sentAt >= known.answeredAt,
    )
    .map(({ n }) => `call ${n} of its owner was told that it does not exist`);
};

const acknowledgedStories = function* ({ history }: Facts): Generator<Story> {
  for (const story of history.stories.values()) {
    if (story.acknowledgements.length > 0) yield story;
  }
};

/** Every acknowledged reservation is stored with the acknowledged customer, units and times. */
export const checkReservationsExist = (facts: Facts): InvariantResult =>
  judgeEach('acknowledged reservations exist', acknowledgedStories(facts), (story) => {
    const { reservationId, acknowledgements } = story;
    const stored = facts.store.reservations.get(reservationId);
    const isExtended = mayBeExtended(story);
    const problems =
      stored === undefined
        ? ['acknowledged, but not stored']
        : [
            ...new Set(acknowledgements.flatMap((told) => compare(told, stored, isExtended))),
            ...(isExtended && !stored.isTombstone ? findWrongExpiry(story, stored) : []),
          ];
    return [...problems, ...findDenials(story)].map(
      (problem) => `reservation ${reservationId}: ${problem}`,
    );
  });
