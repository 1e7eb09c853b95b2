/**
 * The share of a component's limit that each of its processes applies. Rounded down, so that all of
 * them together never exceed the limit, but at least 1; 0 stays 0, which means off.
 */
export const shareOf = (limit: number, processes: number): number =>
  limit === 0 ? 0 : Math.max(1, Math.floor(limit / processes));
