const DAY_MS = 86_400_000;

/** The time this many days earlier. */
export const daysBefore = (time: Date, days: number): Date =>
  new Date(time.getTime() - days * DAY_MS);

/** Midnight of the time's day, in UTC. */
export const dayOf = (time: Date): Date => new Date(Math.floor(time.getTime() / DAY_MS) * DAY_MS);
