/** An unknown variable and the known one that was probably meant. */
export interface MisspeltName {
  readonly name: string;
  readonly nearest: string;
}

/** Names of at least this length may differ by two edits, shorter ones by one. */
const LONG_NAME = 10;

/**
 * Edit distance between two texts: insertion, deletion, substitution or swap of neighbours (optimal
 * string alignment).
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

/** Whether one name is the other without its last words. */
const isCutShort = (a: string, b: string): boolean =>
  (hasWords(a) && b.startsWith(`${a}_`)) || (hasWords(b) && a.startsWith(`${b}_`));

/** The most similar known name; none if more than half of its letters would have to change. */
export const nearestName = (name: string, known: readonly string[]): string | undefined => {
  const wanted = name.toUpperCase();
  return known
    .map((other) => ({ other, slips: isCutShort(wanted, other) ? 1 : countSlips(wanted, other) }))
    .filter(({ slips }) => slips <= wanted.length / 2)
    .sort((a, b) => a.slips - b.slips)[0]?.other;
};

/**
 * Finds unknown names that resemble a known one: different case, a typo, or missing or extra words
 * at the end. Other unknown names are assumed to belong to another program.
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

/** Warning line for one misspelt name. */
export const describeMisspelt = ({ name, nearest }: MisspeltName): string =>
  `${name} is not a variable of FlashReserve and is ignored. Did you mean ${nearest}?`;
