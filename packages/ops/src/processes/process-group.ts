import type { Metrics } from '../metrics/metrics';
import type { ReadinessAnswer } from '../metrics/serve-metrics';
import type { FromWorker, Report, ToWorker } from './messages';

/** The processes that serve one component, seen from one of them. */
export interface ProcessGroup {
  /** Number of processes that share the component's port and limits. */
  readonly count: number;
  /** Sends a small note to all others. Lost if one of them is just starting or stopping. */
  readonly tellOthers: (topic: string, content: unknown) => void;
  /** Calls `listen` with every note of the others about this topic. */
  readonly onTold: (topic: string, listen: (content: unknown) => void) => void;
}

/** A worker of a component with several processes. */
export interface WorkerGroup extends ProcessGroup {
  /** Answers the primary process, which serves metrics and health for all workers. */
  readonly answerWith: (parts: {
    readonly metrics: Metrics;
    readonly checkReadiness: () => Promise<ReadinessAnswer>;
  }) => void;
  /** Tells the primary process that this one takes requests. */
  readonly reportReady: () => void;
}

/** The group of a component with one process. */
export const singleProcess: ProcessGroup = {
  count: 1,
  tellOthers: () => undefined,
  onTold: () => undefined,
};

const NO_ANSWER: Report = {
  readiness: { ready: false, reasons: { process: 'It is starting; see its log.' } },
  metrics: [],
};

/** Joins the group of the primary process that started this one. */
export const joinGroup = (
  process: Pick<NodeJS.Process, 'on' | 'send' | 'connected'>,
  count: number,
): WorkerGroup => {
  const listeners = new Map<string, ((content: unknown) => void)[]>();
  let makeReport = async (): Promise<Report> => NO_ANSWER;
  const send = (message: FromWorker): void => {
    // A lost primary ends this process anyway, so a message that cannot be sent is dropped.
    if (process.connected) process.send?.(message, undefined, undefined, () => undefined);
  };
  process.on('message', (message: ToWorker) => {
    if (message.kind === 'note') {
      for (const listen of listeners.get(message.topic) ?? []) listen(message.content);
      return;
    }
    void makeReport()
      .catch(() => NO_ANSWER)
      .then((report) => {
        send({ kind: 'report', id: message.id, report });
      });
  });
  return {
    count,
    tellOthers: (topic, content) => {
      send({ kind: 'note', topic, content });
    },
    onTold: (topic, listen) => {
      listeners.set(topic, [...(listeners.get(topic) ?? []), listen]);
    },
    answerWith: ({ metrics, checkReadiness }) => {
      makeReport = async () => {
        const [readiness, values] = await Promise.all([
          checkReadiness(),
          metrics.getMetricsAsJSON(),
        ]);
        return { readiness, metrics: values };
      };
    },
    reportReady: () => {
      send({ kind: 'ready' });
    },
  };
};
