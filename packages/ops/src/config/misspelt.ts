/** A variable that nothing reads, and the one that was probably meant. */
export interface MisspeltName {
  readonly name: string;
  readonly nearest: string;
}

/** A name this long may differ from the right one by two slips, a shorter one by one. */
const LONG_NAME = 10;

/**
 * How many slips of the keys make one text of the other: a letter too much, missing, wrong, or changed places with the next
 * (optimal string alignment).
 */
const countSlips = (a: string, b: string): number => {
  let beforeLast: readonly number[] = [];
  let last: readonly number[] = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let row = 1; row <= a.length; row += 1) {
    const now = [row];
    for (let column = 1; column <= b.length; column += 1) {
      const isSame = a[row - 1] === b[column - 1];
      const isSwapped = a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1];
      now[column] = Math.min(
        (last[column] ?? 0) + 1,
        (now[column - 1] ?? 0) + 1,
        (last[column - 1] ?? 0) + (isSame ? 0 : 1),
        isSwapped ? (beforeLast[column - 2] ?? 0) + 1 : Number.POSITIVE_INFINITY,
      );
    }
    beforeLast = last;
    last = now;
  }
  return last[b.length] ?? 0;
};

const hasWords = (name: string): boolean => name.includes('_');

/** One of them is the other with words missing at its end. */
const isCutShort = (a: string, b: string): boolean =>
  (hasWords(a) && b.startsWith(`${a}_`)) || (hasWords(b) && a.startsWith(`${b}_`));

/** The known name that is the most like it; none where more than half of its letters would have to change. */
export const nearestName = (name: string, known: readonly string[]): string | undefined => {
  const wanted = name.toUpperCase();
  return known
    .map((other) => ({ other, slips: isCutShort(wanted, other) ? 1 : countSlips(wanted, other) }))
    .filter(({ slips }) => slips <= wanted.length / 2)
    .sort((a, b) => a.slips - b.slips)[0]?.other;
};

/**
 * Finds among `names` those that are not known and look like a known one: another case, a slip of the keys, or words missing
 * or too much at the end. What looks like none of them belongs to somebody else.
 */
export const findMisspelt = (
  names: readonly string[],
  known: readonly string[],
): readonly MisspeltName[] => {
  const right = new Set(known);
  return names.flatMap((name) => {
    if (right.has(name)) return [];
    const nearest = nearestName(name, known);
    if (nearest === undefined) return [];
    const wanted = name.toUpperCase();
    const slipsMax = wanted.length < LONG_NAME ? 1 : 2;
    const isMeant = isCutShort(wanted, nearest) || countSlips(wanted, nearest) <= slipsMax;
    return isMeant ? [{ name, nearest }] : [];
  });
};

/** A line of warning about one. */
export const describeMisspelt = ({ name, nearest }: MisspeltName): string =>
  `${name} is not a variable of FlashReserve and is ignored. Did you mean ${nearest}?`;
