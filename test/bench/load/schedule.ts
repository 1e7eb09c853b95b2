/** When each request of an open run is due, and which one it is. */
export interface Schedule<Kind extends string> {
  readonly count: number;
  /** Milliseconds from the start of the run. */
  readonly dueAtMs: (index: number) => number;
  readonly kindOf: (index: number) => Kind;
}

/**
 * A pattern in which each kind occurs as often as its share says, as evenly spaced as possible:
 * nginx's smooth weighted round-robin.
 */
const spread = <Kind extends string>(shares: Readonly<Record<Kind, number>>): readonly Kind[] => {
  const kinds = Object.keys(shares) as Kind[];
  const total = kinds.reduce((sum, kind) => sum + shares[kind], 0);
  const credit = new Map<Kind, number>(kinds.map((kind) => [kind, 0]));
  return Array.from({ length: total }, () => {
    for (const kind of kinds) credit.set(kind, (credit.get(kind) ?? 0) + shares[kind]);
    const next = kinds.reduce((best, kind) =>
      (credit.get(kind) ?? 0) > (credit.get(best) ?? 0) ? kind : best,
    );
    credit.set(next, (credit.get(next) ?? 0) - total);
    return next;
  });
};

/** Requests at constant intervals for `seconds`; `shares` are whole numbers. */
export const createSchedule = <Kind extends string>(options: {
  readonly ratePerSecond: number;
  readonly seconds: number;
  readonly shares: Readonly<Record<Kind, number>>;
}): Schedule<Kind> => {
  const { ratePerSecond, seconds, shares } = options;
  const pattern = spread(shares);
  const [first] = pattern;
  if (first === undefined) throw new Error('A schedule needs a request.');
  return {
    count: Math.floor(ratePerSecond * seconds),
    dueAtMs: (index) => (index * 1_000) / ratePerSecond,
    kindOf: (index) => pattern[index % pattern.length] ?? first,
  };
};
