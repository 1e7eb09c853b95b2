import type { Acknowledgement, Facts, Story } from './facts';
import { describeLines, sameUnits } from './lines';
import type { StoredReservation } from './store';
import { type InvariantResult, judgeEach } from './verdict';

/** The stored reservation must equal the acknowledged one. */
const compare = (
  { customerId, asked, reservation }: Acknowledgement,
  stored: StoredReservation,
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
  for (const time of ['expiresAt', 'createdAt'] as const) {
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
    const problems =
      stored === undefined
        ? ['acknowledged, but not stored']
        : [...new Set(acknowledgements.flatMap((told) => compare(told, stored)))];
    return [...problems, ...findDenials(story)].map(
      (problem) => `reservation ${reservationId}: ${problem}`,
    );
  });
