import type { MetricObjectWithValues, MetricValue } from 'prom-client';
import type { ReadinessAnswer } from '../metrics/serve-metrics';

/** One metric of a process with its values, as prom-client exports it. */
export type MetricValues = MetricObjectWithValues<MetricValue<string>>;

/** What a worker reports about itself. */
export interface Report {
  readonly readiness: ReadinessAnswer;
  readonly metrics: readonly MetricValues[];
}

/** Text or numbers that workers send each other; small. */
export interface Note {
  readonly kind: 'note';
  readonly topic: string;
  readonly content: unknown;
}

/** From the primary process of a component to a worker. */
export type ToWorker = { readonly kind: 'report'; readonly id: number } | Note;

/** From a worker to the primary process of its component. */
export type FromWorker =
  | { readonly kind: 'ready' }
  | { readonly kind: 'report'; readonly id: number; readonly report: Report }
  | Note;
