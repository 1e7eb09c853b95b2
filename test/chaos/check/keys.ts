import type { Acknowledgement, Facts, Story } from './facts';
import { describeLines, sameUnits } from './lines';
import { combine, type InvariantResult, judgeEach } from './verdict';

/** The origin of a reservation: a customer's key, or a single call. */
const originOf = ({ customerId, key, n }: Acknowledgement): string =>
  key === undefined ? `call ${n} without a key` : `key ${key} of ${customerId}`;

const checkContents = (acknowledgements: readonly Acknowledgement[]): readonly string[] => {
  const [first, ...others] = acknowledgements.map(({ n, reservation }) => ({ n, reservation }));
  if (first === undefined) return [];
  const { items, expiresAt, createdAt } = first.reservation;
  return others
    .filter(
      ({ reservation }) =>
        !sameUnits(reservation.items, items) ||
        Date.parse(reservation.expiresAt) !== Date.parse(expiresAt) ||
        Date.parse(reservation.createdAt) !== Date.parse(createdAt),
    )
    .map(
      ({ n, reservation }) =>
        `call ${n} was told ${describeLines(reservation.items)} until ${reservation.expiresAt}, call ${first.n} ${describeLines(items)} until ${expiresAt}`,
    );
};

const checkStory = ({ acknowledgements }: Story): readonly string[] => {
  const origins = new Set(acknowledgements.map(originOf));
  const problems: string[] = [];
  if (origins.size > 1) problems.push(`shared by ${[...origins].slice(0, 5).join(' and ')}`);
  const makers = acknowledgements.filter(({ status }) => status === 201);
  if (makers.length > 1) {
    problems.push(`made more than once, by calls ${makers.map(({ n }) => n).join(' and ')}`);
  }
  for (const { key, replayed, status, n } of acknowledgements) {
    if (replayed && key === undefined) problems.push(`call ${n} has no key, but was a replay`);
    if (replayed !== (status === 200)) {
      problems.push(
        `call ${n} was answered ${status} ${replayed ? 'as' : 'without being'} a replay`,
      );
    }
  }
  return [...problems, ...checkContents(acknowledgements)];
};

/** Reservations by the key, or the single call, that requested them. */
const groupByOrigin = (stories: Iterable<Story>): ReadonlyMap<string, ReadonlySet<string>> => {
  const groups = new Map<string, Set<string>>();
  for (const { reservationId, acknowledgements } of stories) {
    for (const acknowledgement of acknowledgements) {
      const origin = originOf(acknowledgement);
      const group = groups.get(origin) ?? new Set();
      groups.set(origin, group.add(reservationId));
    }
  }
  return groups;
};

/**
 * A customer's key identifies one reservation over the whole run, and every replay returns it;
 * different keys, and calls without one, never share a reservation.
 */
export const checkKeys = ({ history }: Facts): InvariantResult => {
  const origins = groupByOrigin(history.stories.values());
  const byOrigin = judgeEach('', origins, ([origin, ids]) =>
    ids.size > 1 ? [`${origin}: ${ids.size} reservations: ${[...ids].slice(0, 5).join(', ')}`] : [],
  );
  const byStory = judgeEach('', history.stories.values(), (story) =>
    checkStory(story).map((problem) => `reservation ${story.reservationId}: ${problem}`),
  );
  return combine('one reservation for each key', byOrigin.checked, [byOrigin, byStory]);
};
