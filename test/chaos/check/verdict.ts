/** How many requests of a run ended how, and what was done to it. */
export interface Counts {
  readonly requests: number;
  readonly byAction: Readonly<Record<string, number>>;
  /** By what a client must make of the answer; see `statusClass`. */
  readonly byStatusClass: Readonly<Record<string, number>>;
  /** Different reservations that a client was told of. */
  readonly reservationsAcknowledged: number;
  /** Different reservations whose confirmation was acknowledged. */
  readonly confirmationsAcknowledged: number;
  readonly cancellationsAcknowledged: number;
  readonly unanswered: number;
  readonly faultsByKind: Readonly<Record<string, number>>;
  /** By component, whichever of its instances it was. */
  readonly killsByTarget: Readonly<Record<string, number>>;
}

/** What was found about one invariant. */
export interface InvariantResult {
  readonly name: string;
  /** Number of items (products, reservations, keys) that were looked at. */
  readonly checked: number;
  /** The first ones, as text. */
  readonly violations: readonly string[];
  readonly violationsTotal: number;
}

/** What the checker says about one run. */
export interface Verdict {
  readonly counts: Counts;
  readonly invariants: readonly InvariantResult[];
  /** True when no invariant was violated. */
  readonly clean: boolean;
}

/** More texts say nothing that the first ones did not. */
const TEXTS_MAX = 50;

/** Looks at each item and gathers what is wrong with it. */
export const judgeEach = <Item>(
  name: string,
  items: Iterable<Item>,
  problemsOf: (item: Item) => readonly string[],
): InvariantResult => {
  const violations: string[] = [];
  let checked = 0;
  let violationsTotal = 0;
  for (const item of items) {
    checked += 1;
    const problems = problemsOf(item);
    violationsTotal += problems.length;
    violations.push(...problems.slice(0, TEXTS_MAX - violations.length));
  }
  return { name, checked, violations, violationsTotal };
};

/** One result of several that were judged in different ways. */
export const combine = (
  name: string,
  checked: number,
  results: readonly InvariantResult[],
): InvariantResult => ({
  name,
  checked,
  violations: results.flatMap(({ violations }) => violations).slice(0, TEXTS_MAX),
  violationsTotal: results.reduce((total, one) => total + one.violationsTotal, 0),
});
