import { collectDefaultMetrics, Registry } from 'prom-client';

/** The metrics of one component; components of one process do not share them. */
export type Metrics = Registry;

export const createMetrics = (): Metrics => new Registry();

/**
 * How often the event-loop lag is measured, in milliseconds. Each time wakes the process up; the
 * library's 10 ms are most of what an idle process costs.
 */
const LAG_EVERY_MS = 20;

/** Adds the standard metrics of a process: CPU, memory, garbage collection, event-loop lag. */
export const addProcessMetrics = (metrics: Metrics): void => {
  collectDefaultMetrics({ register: metrics, eventLoopMonitoringPrecision: LAG_EVERY_MS });
};
