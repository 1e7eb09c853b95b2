import { endsWithin } from '../deadline/limits';
import { addProcessMetrics, createMetrics } from '../metrics/metrics';
import type { ReadinessAnswer, Reports } from '../metrics/serve-metrics';
import type { FromWorker, MetricValues, Report } from './messages';
import { createMetricTotals } from './metric-totals';
import type { RunningWorker } from './worker-process';

/** Metrics and readiness of a component, collected from its workers. */
export interface ComponentReports extends Reports {
  /** Asks every worker for a report, without waiting for it. */
  readonly askAll: () => void;
  readonly onReport: (worker: number, message: FromWorker & { readonly kind: 'report' }) => void;
  readonly onExit: (worker: number) => void;
}

/** Shorter than the timeouts of health checks and scrapes. */
const REPORT_TIMEOUT_MS = 2_000;

/** Metrics of the primary process: it runs no event loop that requests would wait for. */
const isOfEveryProcess = ({ name }: MetricValues): boolean => name.startsWith('process_');

export const createComponentReports = (deps: {
  readonly component: string;
  /** The workers that are ready to report. */
  readonly workers: () => readonly Pick<RunningWorker, 'send'>[];
  readonly isStopping: () => boolean;
}): ComponentReports => {
  const { component, workers, isStopping } = deps;
  const totals = createMetricTotals();
  const own = createMetrics();
  const latest = new Map<number, Report>();
  const waiting = new Map<number, (report: Report | undefined) => void>();
  let questions = 0;

  const ask = (worker: Pick<RunningWorker, 'send'>): number => {
    questions += 1;
    worker.send({ kind: 'report', id: questions });
    return questions;
  };
  const collect = async (worker: Pick<RunningWorker, 'send'>): Promise<Report | undefined> => {
    const id = ask(worker);
    let report: Report | undefined;
    const answer = new Promise<void>((resolve) => {
      waiting.set(id, (given) => {
        report = given;
        resolve();
      });
    });
    await endsWithin(REPORT_TIMEOUT_MS, answer);
    waiting.delete(id);
    return report;
  };
  const collectAll = (): Promise<readonly (Report | undefined)[]> =>
    Promise.all(workers().map(collect));
  const notReady = (reason: string): ReadinessAnswer => ({
    ready: false,
    reasons: { [component]: reason },
  });

  return {
    contentType: own.contentType,
    prepare: () => {
      addProcessMetrics(own);
    },
    renderMetrics: async () => {
      const [values] = await Promise.all([own.getMetricsAsJSON(), collectAll()]);
      const ofPrimary = values.filter(isOfEveryProcess);
      // The last report of a worker that does not answer: its counts must not disappear.
      const reports = [...latest.values()].map(({ metrics }) => metrics);
      return totals.render([...reports, ofPrimary]);
    },
    checkReadiness: async () => {
      if (isStopping()) return notReady('This instance is stopping.');
      const answers = (await collectAll()).flatMap((report) => report?.readiness ?? []);
      return (
        answers.find(({ ready }) => ready) ??
        answers[0] ??
        notReady('No process is ready; see its log.')
      );
    },
    askAll: () => {
      for (const worker of workers()) ask(worker);
    },
    onReport: (worker, { id, report }) => {
      latest.set(worker, report);
      waiting.get(id)?.(report);
    },
    onExit: (worker) => {
      const last = latest.get(worker);
      latest.delete(worker);
      if (last !== undefined) totals.retire(last.metrics);
    },
  };
};
