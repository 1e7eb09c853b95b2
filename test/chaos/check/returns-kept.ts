import type { Attempt, Facts, Story } from './facts';
import { describeLines, sameUnits, unitsByProduct } from './lines';
import type { StoredReservation, StoredReturn } from './store';
import { type InvariantResult, judgeEach } from './verdict';

const isUnknown = ({ status }: Attempt): boolean => status === 0 || status >= 500;

/** A key is the reason of its return, and makes one at most. */
const findWrongReturns = (
  attempts: readonly Attempt[],
  stored: readonly StoredReturn[],
): readonly string[] => {
  const [first] = attempts;
  const { key = '', lines, writeOff } = first ?? {};
  const made = stored.filter(({ reason }) => reason === key);
  const accepted = attempts.find(({ status }) => status === 200);
  if (made.length > 1) return [`returned ${made.length} times by key ${key}`];
  const [one] = made;
  if (one === undefined) {
    return accepted === undefined ? [] : [`return acknowledged by call ${accepted.n}, not stored`];
  }
  const problems: string[] = [];
  if (accepted === undefined && !attempts.some(isUnknown)) {
    problems.push(`every call with key ${key} was refused, but its return is stored`);
  }
  if (one.writeOff !== writeOff || (lines !== undefined && !sameUnits(one.lines, lines))) {
    problems.push(`return of key ${key} stored as ${describeLines(one.lines)}`);
  }
  return problems;
};

/** Of each line at most its units are returned, and everything if it is RETURNED. */
const findTooMany = ({ lines, returns, status }: StoredReservation): readonly string[] => {
  const returned = unitsByProduct(returns.flatMap((one) => one.lines));
  const units = unitsByProduct(lines);
  const products = new Set([...returned.keys(), ...units.keys()]);
  const left = [...products].map(
    (productId) => (units.get(productId) ?? 0) - (returned.get(productId) ?? 0),
  );
  const problems = left.some((count) => count < 0) ? ['more units returned than confirmed'] : [];
  const isEmpty = left.every((count) => count === 0);
  if (status === 'RETURNED' && !isEmpty) problems.push('RETURNED, but units are left');
  if (status === 'CONFIRMED' && isEmpty) problems.push('no units are left, but it is CONFIRMED');
  return problems;
};

const checkStory = (story: Story, { store }: Facts): readonly string[] => {
  const stored = store.reservations.get(story.reservationId);
  const byKey = new Map<string, Attempt[]>();
  for (const attempt of story.attempts) {
    if (attempt.action !== 'return' || attempt.key === undefined) continue;
    byKey.set(attempt.key, [...(byKey.get(attempt.key) ?? []), attempt]);
  }
  const returns = stored?.returns ?? [];
  const foreign = returns.filter(({ reason }) => !byKey.has(reason));
  return [
    ...[...byKey.values()].flatMap((attempts) => findWrongReturns(attempts, returns)),
    ...foreign.map(({ returnId }) => `nobody asked for its return ${returnId}`),
    ...(stored !== undefined && !stored.isTombstone ? findTooMany(stored) : []),
  ];
};

/**
 * Every acknowledged return is stored once, with its units; nothing else is returned, and of no
 * line more than was confirmed.
 */
export const checkReturnsKept = (facts: Facts): InvariantResult =>
  judgeEach('acknowledged returns are kept', facts.history.stories.values(), (story) =>
    checkStory(story, facts).map((problem) => `reservation ${story.reservationId}: ${problem}`),
  );
