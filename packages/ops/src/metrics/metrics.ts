import { collectDefaultMetrics, Registry } from 'prom-client';

/** A component's own metrics; no two components of a process share them. */
export type Metrics = Registry;

export const createMetrics = (): Metrics => new Registry();

/** Adds what every process has: CPU, memory, garbage collections, event-loop lag. */
export const addProcessMetrics = (metrics: Metrics): void => {
  collectDefaultMetrics({ register: metrics });
};
