import { collectDefaultMetrics, Registry } from 'prom-client';

/** The metrics of one component; components of one process do not share them. */
export type Metrics = Registry;

export const createMetrics = (): Metrics => new Registry();

/** Adds the standard metrics of a process: CPU, memory, garbage collection, event-loop lag. */
export const addProcessMetrics = (metrics: Metrics): void => {
  collectDefaultMetrics({ register: metrics });
};
