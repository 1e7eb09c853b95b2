import type { CallRecord } from '../history/history';
import type { Recorder } from '../history/recorder';

/** What customers got to feel of an outage. */
export interface AnswerWatch {
  /** To be given to the load instead of the one it watches. */
  readonly recorder: Recorder;
  /** Milliseconds from `since` to the last answer that failed, or stayed away; 0 when none did. */
  readonly failedForMs: (since: number) => number;
  /** Answers since then that were neither successes nor refusals; what says 503 with Retry-After is a refusal. */
  readonly failures: (since: number) => readonly CallRecord[];
  /** Answers to requests that were sent since then. */
  readonly answered: (since: number) => number;
  /** Requests since then that were told to come back: 503 with Retry-After. */
  readonly turnedAway: (since: number) => number;
}

const isTurnedAway = ({ status, retryAfter }: CallRecord): boolean =>
  status === 503 && retryAfter === true;

const isFailure = (call: CallRecord): boolean =>
  call.status === 0 || (call.status >= 500 && !isTurnedAway(call));

export const watchAnswers = (recorder: Recorder): AnswerWatch => {
  const calls: CallRecord[] = [];
  const since = (at: number) => calls.filter(({ answeredAt }) => answeredAt >= at);
  return {
    recorder: {
      ...recorder,
      write: (record) => {
        if (record.kind === 'call') calls.push(record);
        recorder.write(record);
      },
    },
    failures: (at) => since(at).filter(isFailure),
    answered: (at) => since(at).length,
    turnedAway: (at) => since(at).filter(isTurnedAway).length,
    failedForMs: (at) => {
      const bad = since(at).filter((call) => isFailure(call) || isTurnedAway(call));
      return bad.reduce((latest, { answeredAt }) => Math.max(latest, answeredAt - at), 0);
    },
  };
};
