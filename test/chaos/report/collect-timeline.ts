import { statusClass } from '../check/count-calls';
import type { CallRecord, FaultRecord, HistoryRecord, RunRecord } from '../history/history';
import { type CallMark, findRecoveries, markOf, type Recovery } from './recovery-times';

/** One second of a run. */
export interface Second {
  readonly accepted: number;
  /** Refused with a 4xx, for example sold out. */
  readonly refused: number;
  /** No response, or a 5xx. */
  readonly failed: number;
  /** For answered reserve calls sent in this second; undefined if there were none. */
  readonly reserveP99Ms: number | undefined;
}

/** The data of the timeline. */
export interface Timeline {
  readonly run: RunRecord;
  /** From the first call on, by the time of sending. */
  readonly seconds: readonly Second[];
  /** Start of the first second, in ms since the epoch. */
  readonly startsAt: number;
  /** In order of their start. */
  readonly faults: readonly FaultRecord[];
  readonly recoveries: readonly Recovery[];
}

interface Bin {
  accepted: number;
  refused: number;
  failed: number;
  readonly reserveMs: number[];
}

const P99 = 0.99;

const p99 = (values: readonly number[]): number | undefined =>
  [...values].sort((a, b) => a - b)[Math.ceil(values.length * P99) - 1];

const outcomeOf = (call: CallRecord): 'accepted' | 'refused' | 'failed' => {
  const name = statusClass(call);
  if (name === '4xx') return 'refused';
  return call.status >= 200 && call.status < 400 ? 'accepted' : 'failed';
};

const addCall = (bins: Map<number, Bin>, call: CallRecord): void => {
  const second = Math.floor(call.sentAt / 1_000);
  const bin = bins.get(second) ?? { accepted: 0, refused: 0, failed: 0, reserveMs: [] };
  bins.set(second, bin);
  bin[outcomeOf(call)] += 1;
  if (call.action === 'reserve' && call.status !== 0) {
    bin.reserveMs.push(call.answeredAt - call.sentAt);
  }
};

const toSeconds = (bins: ReadonlyMap<number, Bin>): readonly Second[] => {
  const [first = 0, last = -1] =
    bins.size === 0 ? [] : [Math.min(...bins.keys()), Math.max(...bins.keys())];
  return Array.from({ length: last - first + 1 }, (_, index) => {
    const bin = bins.get(first + index);
    return {
      accepted: bin?.accepted ?? 0,
      refused: bin?.refused ?? 0,
      failed: bin?.failed ?? 0,
      reserveP99Ms: bin && p99(bin.reserveMs),
    };
  });
};

/**
 * Collects the data of the timeline in one pass over a history.
 *
 * @throws Error if the history has no run
 */
export const collectTimeline = async (
  records: AsyncIterable<HistoryRecord> | Iterable<HistoryRecord>,
): Promise<Timeline> => {
  let run: RunRecord | undefined;
  const bins = new Map<number, Bin>();
  const marks: CallMark[] = [];
  const faults: FaultRecord[] = [];
  for await (const record of records) {
    if (record.kind === 'call') {
      addCall(bins, record);
      marks.push(markOf(record));
    } else if (record.kind === 'fault') faults.push(record);
    else if (record.kind === 'run') run = record;
  }
  if (run === undefined) throw new Error('The history has no run.');
  const inOrder = faults.sort((a, b) => a.from - b.from);
  return {
    run,
    seconds: toSeconds(bins),
    startsAt: bins.size === 0 ? run.at : Math.min(...bins.keys()) * 1_000,
    faults: inOrder,
    recoveries: findRecoveries(marks, inOrder),
  };
};
