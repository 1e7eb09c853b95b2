import type { CallRecord } from '../history/history';
import type { HistoryFacts, Story } from './facts';
import type { Counts } from './verdict';

/**
 * Classifies a response as a client would. A 5xx is no violation, but all except "try again later"
 * should be rare.
 */
export const statusClass = ({
  status,
  retryAfter,
}: Pick<CallRecord, 'status' | 'retryAfter'>): string => {
  if (status === 0) return 'unanswered';
  if (status === 503 && retryAfter === true) return '503 with Retry-After';
  if (status >= 500) return 'other 5xx';
  return `${Math.floor(status / 100)}xx`;
};

/** Drops instance numbers: "reservation-2" is "reservation", "gateway-1>auth" is "gateway>auth". */
export const componentOf = (target: string): string => target.replaceAll(/-\d+(?=>|$)/g, '');

const increase = (counts: Record<string, number>, name: string, by = 1): void => {
  counts[name] = (counts[name] ?? 0) + by;
};

/** Counts calls as they are read, so that they need not be kept. */
export interface CallCounter {
  readonly add: (call: CallRecord) => void;
  readonly read: () => Pick<Counts, 'requests' | 'byAction' | 'byStatusClass' | 'unanswered'>;
}

export const createCallCounter = (): CallCounter => {
  let requests = 0;
  const byAction: Record<string, number> = {};
  const byStatusClass: Record<string, number> = {};
  return {
    add: (call) => {
      requests += 1;
      increase(byAction, call.action);
      increase(byStatusClass, statusClass(call));
    },
    read: () => ({
      requests,
      byAction: { ...byAction },
      byStatusClass: { ...byStatusClass },
      unanswered: byStatusClass['unanswered'] ?? 0,
    }),
  };
};

const countStories = ({ stories }: HistoryFacts, matches: (story: Story) => boolean): number => {
  let count = 0;
  for (const story of stories.values()) if (matches(story)) count += 1;
  return count;
};

const wasAcknowledged =
  (action: 'confirm' | 'cancel') =>
  ({ attempts }: Story): boolean =>
    attempts.some((attempt) => attempt.action === action && attempt.status === 200);

/** A `kill` record is one kill; other records may have more in `detail.kills`. */
const countKills = ({ faults }: HistoryFacts): Record<string, number> => {
  const kills: Record<string, number> = {};
  for (const { fault, target, detail } of faults) {
    const count = Number(detail?.['kills'] ?? (fault === 'kill' ? 1 : 0));
    if (count > 0) increase(kills, componentOf(target), count);
  }
  return kills;
};

export const countRun = (history: HistoryFacts, calls: CallCounter): Counts => {
  const faultsByKind: Record<string, number> = {};
  for (const { fault } of history.faults) increase(faultsByKind, fault);
  return {
    ...calls.read(),
    reservationsAcknowledged: countStories(history, (story) => story.acknowledgements.length > 0),
    confirmationsAcknowledged: countStories(history, wasAcknowledged('confirm')),
    cancellationsAcknowledged: countStories(history, wasAcknowledged('cancel')),
    faultsByKind,
    killsByTarget: countKills(history),
  };
};
