/** The outcomes of a run's requests, and its faults. */
export interface Counts {
  readonly requests: number;
  readonly byAction: Readonly<Record<string, number>>;
  /** By status class, see `statusClass`. */
  readonly byStatusClass: Readonly<Record<string, number>>;
  /** Distinct reservations reported to clients. */
  readonly reservationsAcknowledged: number;
  /** Distinct reservations with an acknowledged confirmation. */
  readonly confirmationsAcknowledged: number;
  readonly cancellationsAcknowledged: number;
  readonly unanswered: number;
  readonly faultsByKind: Readonly<Record<string, number>>;
  /** By component, for all of its instances. */
  readonly killsByTarget: Readonly<Record<string, number>>;
}

/** The result for one invariant. */
export interface InvariantResult {
  readonly name: string;
  /** Number of checked items (products, reservations, keys). */
  readonly checked: number;
  /** The first violations, as text. */
  readonly violations: readonly string[];
  readonly violationsTotal: number;
}

/** The checker's verdict on a run. */
export interface Verdict {
  readonly counts: Counts;
  readonly invariants: readonly InvariantResult[];
  /** Whether no invariant was violated. */
  readonly clean: boolean;
}

/** Further messages would add nothing. */
const TEXTS_MAX = 50;

/** Checks each item and collects its violations. */
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

/** Combines several results into one. */
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
