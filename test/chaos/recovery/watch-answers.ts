import type { CallRecord } from '../history/history';
import type { Recorder } from '../history/recorder';

/** The effect of an outage on customers. */
export interface AnswerWatch {
  /** Wraps the recorder, and is passed to the load in its place. */
  readonly recorder: Recorder;
  /** Milliseconds from `since` to the last failed or missing response; 0 if none failed. */
  readonly failedForMs: (since: number) => number;
  /** Failed responses since then; a 503 with Retry-After counts as a refusal, not a failure. */
  readonly failures: (since: number) => readonly CallRecord[];
  /** Responses to requests sent since then. */
  readonly answered: (since: number) => number;
  /** Requests since then with the response 503 with Retry-After. */
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
