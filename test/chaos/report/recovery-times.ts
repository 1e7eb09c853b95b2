import { componentOf } from '../check/count-calls';
import type { CallRecord, FaultRecord, HistoryRecord } from '../history/history';

/** The relevant parts of a call; times in ms since the epoch. */
export interface CallMark {
  readonly sentAt: number;
  readonly answeredAt: number;
  readonly isReserve: boolean;
  /** No response or 5xx. */
  readonly isBad: boolean;
}

/** The effect of a fault on the service as a whole. */
export interface Recovery {
  readonly fault: string;
  /** The component, for all of its instances. */
  readonly target: string;
  readonly from: number;
  /**
   * `masked`: the next fault began first, so recovery cannot be determined. `not-seen`: the history
   * ended first.
   */
  readonly outcome: 'recovered' | 'masked' | 'not-seen';
  /** From the start of the fault; only if recovered. */
  readonly recoveredAt?: number;
}

/** All recoveries from one kind of fault. */
export interface RecoveryRow {
  readonly fault: string;
  readonly target: string;
  /** Milliseconds of each observed recovery. */
  readonly ms: readonly number[];
  readonly masked: number;
  readonly notSeen: number;
}

/** Time without failures after which the service counts as recovered. */
const WELL_MS = 500;

export const markOf = ({ action, status, sentAt, answeredAt }: CallRecord): CallMark => ({
  sentAt,
  answeredAt,
  isReserve: action === 'reserve',
  isBad: status === 0 || status >= 500,
});

/** Index of the first number that is not below `limit`; the numbers ascend. */
const firstAtOrAfter = (numbers: readonly number[], limit: number): number => {
  let low = 0;
  let high = numbers.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((numbers[middle] ?? 0) < limit) low = middle + 1;
    else high = middle;
  }
  return low;
};

/**
 * Finds the first moment at or after a given one from which half a second passes without failures:
 * at least one reserve call gets a response, and no call sent in that time fails.
 */
const createSearch = (
  calls: readonly CallMark[],
): ((from: number, before: number) => number | undefined) => {
  const ascending = (marks: readonly CallMark[], time: 'sentAt' | 'answeredAt'): number[] =>
    marks.map((mark) => mark[time]).sort((a, b) => a - b);
  const failures = ascending(
    calls.filter(({ isBad }) => isBad),
    'sentAt',
  );
  const answers = ascending(
    calls.filter(({ isReserve, isBad }) => isReserve && !isBad),
    'answeredAt',
  );
  return (from, before) => {
    let earliest = from;
    for (let next = firstAtOrAfter(failures, from); earliest + WELL_MS <= before; next += 1) {
      const failure = failures[next] ?? Number.POSITIVE_INFINITY;
      const answer = answers[firstAtOrAfter(answers, earliest)];
      if (answer === undefined) return undefined;
      const start = Math.max(earliest, answer - WELL_MS);
      if (start + WELL_MS < failure) return start + WELL_MS <= before ? start : undefined;
      earliest = failure + 1;
    }
    return undefined;
  };
};

/** The recovery time of the service as a whole after each fault, in the order of the faults. */
export const findRecoveries = (
  calls: readonly CallMark[],
  faults: readonly FaultRecord[],
): readonly Recovery[] => {
  const search = createSearch(calls);
  const lastAnswer = calls.reduce((last, { answeredAt }) => Math.max(last, answeredAt), 0);
  const inOrder = [...faults].sort((a, b) => a.from - b.from);
  return inOrder.map(({ fault, target, from }, index): Recovery => {
    const next = inOrder[index + 1]?.from;
    const common = { fault, target: componentOf(target), from };
    const recoveredAt = search(from, next ?? lastAnswer);
    if (recoveredAt !== undefined) return { ...common, outcome: 'recovered', recoveredAt };
    return { ...common, outcome: next === undefined ? 'not-seen' : 'masked' };
  });
};

/** Rows by kind of fault and component, in alphabetical order. */
export const groupRecoveries = (recoveries: readonly Recovery[]): readonly RecoveryRow[] => {
  const rows = new Map<string, { ms: number[]; masked: number; notSeen: number }>();
  for (const { fault, target, from, outcome, recoveredAt } of recoveries) {
    const name = `${fault}\n${target}`;
    const row = rows.get(name) ?? { ms: [], masked: 0, notSeen: 0 };
    rows.set(name, row);
    if (recoveredAt !== undefined) row.ms.push(Math.round(recoveredAt - from));
    else if (outcome === 'masked') row.masked += 1;
    else row.notSeen += 1;
  }
  return [...rows]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, row]) => {
      const [fault = '', target = ''] = name.split('\n');
      return { fault, target, ...row };
    });
};

/** Recovery times of a whole history, in one pass. */
export const recoveriesOf = async (
  records: AsyncIterable<HistoryRecord> | Iterable<HistoryRecord>,
): Promise<readonly RecoveryRow[]> => {
  const calls: CallMark[] = [];
  const faults: FaultRecord[] = [];
  for await (const record of records) {
    if (record.kind === 'call') calls.push(markOf(record));
    else if (record.kind === 'fault') faults.push(record);
  }
  return groupRecoveries(findRecoveries(calls, faults));
};
