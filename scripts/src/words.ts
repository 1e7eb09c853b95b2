/** `1 unit`, `2 units`. */
export const countOf = (count: number, what: string): string =>
  `${count} ${what}${count === 1 ? '' : 's'}`;

/** `1 unit is`, `2 units are`. */
export const countOfAre = (count: number, what: string): string =>
  `${countOf(count, what)} ${count === 1 ? 'is' : 'are'}`;

/** The local time of day, as 21:04:59, independent of the locale. */
export const timeOfDay = (at: Date): string => at.toTimeString().slice(0, 8);
