/** Counts requests and outcomes, and prints them at the end. */
export interface Tally {
  readonly add: (kind: string, outcome: string) => void;
  readonly print: (title: string) => void;
}

const increase = (counts: Map<string, number>, key: string): void => {
  counts.set(key, (counts.get(key) ?? 0) + 1);
};

const list = (counts: ReadonlyMap<string, number>): string =>
  [...counts]
    .sort(([a], [b]) => a.localeCompare(b))
    .map(([key, count]) => `${key} ${count}`)
    .join(', ');

export const createTally = (): Tally => {
  const kinds = new Map<string, number>();
  const outcomes = new Map<string, number>();
  return {
    add: (kind, outcome) => {
      increase(kinds, kind);
      increase(outcomes, outcome);
    },
    print: (title) => {
      const total = [...kinds.values()].reduce((sum, count) => sum + count, 0);
      process.stdout.write(
        `${title}: ${total} requests\n  by kind: ${list(kinds)}\n  by outcome: ${list(outcomes)}\n`,
      );
    },
  };
};
