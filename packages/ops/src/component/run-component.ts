import { type Clock, systemClock } from '../clock';
import { createLifecycle, type Lifecycle, type Stoppable } from '../lifecycle/lifecycle';
import type { Logger } from '../logging/logger';
import { addProcessMetrics, createMetrics, type Metrics } from '../metrics/metrics';
import { type MetricsSettings, type ReadinessAnswer, serveMetrics } from '../metrics/serve-metrics';
import { type ProcessGroup, singleProcess, type WorkerGroup } from '../processes/process-group';
import type { TracingConfig } from '../tracing/config';
import { createTracing, type Tracing } from '../tracing/tracing';

/** Replacements of a component's defaults. Tests replace the clock and the tracing. */
export interface ComponentDependencies {
  readonly log: Logger;
  readonly clock?: Clock;
  readonly tracing?: Tracing;
  /** Set in a worker of a component with several processes. */
  readonly workerGroup?: WorkerGroup | undefined;
}

/** A running component. */
export interface App extends Stoppable {
  /** The port that was bound. */
  readonly port: number;
}

/** What every component can use while its parts are created. */
export interface ComponentBase<Config> {
  /** Name of the component, as in logs and traces. */
  readonly name: string;
  readonly config: Config;
  readonly log: Logger;
  readonly clock: Clock;
  readonly tracing: Tracing;
  readonly metrics: Metrics;
  /** The processes that share this component's port. */
  readonly processes: ProcessGroup;
  /** Everything that is opened is registered here at once, so that a failed start closes it. */
  readonly lifecycle: Lifecycle;
}

export interface ComponentOptions<Config, Parts> {
  readonly name: string;
  readonly config: Config;
  readonly dependencies: ComponentDependencies;
  /** Logged with the port once the component serves. */
  readonly ready: string;
  /** Time for one clean-up step at stop, in milliseconds. */
  readonly stopStepMs?: number;
  /** Creates and connects the component's parts. */
  readonly parts: (
    base: ComponentBase<Config>,
  ) => Promise<Parts & { readonly checkReadiness: () => Promise<ReadinessAnswer> }>;
  /** Starts to serve. Resolves to the port. */
  readonly service: (base: ComponentBase<Config>, parts: Parts) => Promise<number>;
}

const notCreated = (name: string): ReadinessAnswer => ({
  ready: false,
  reasons: { [name]: 'It is starting; see its log.' },
});

/**
 * Starts a component: serves metrics and health, creates its parts, then serves.
 *
 * @throws what a step of the start throws. Everything that was opened is closed before
 */
export const runComponent = async <Config extends TracingConfig & MetricsSettings, Parts>(
  options: ComponentOptions<Config, Parts>,
): Promise<App> => {
  const { name, config, stopStepMs, ready } = options;
  const { log, clock = systemClock, workerGroup } = options.dependencies;
  const lifecycle = createLifecycle({
    log,
    ...(stopStepMs !== undefined && { stepTimeoutMs: stopStepMs }),
  });
  try {
    // First in the lifecycle, so that the spans of the stop are exported too.
    const tracing =
      options.dependencies.tracing ?? createTracing(config, { component: name, log, lifecycle });
    const metrics = createMetrics();
    let checkReadiness = async (): Promise<ReadinessAnswer> => notCreated(name);
    const own = { metrics, checkReadiness: () => checkReadiness() };
    // Before anything that waits for a store, so that liveness probes succeed during the wait.
    if (workerGroup === undefined) {
      await serveMetrics({ ...own, config, lifecycle, log });
    } else {
      if (config.METRICS_PORT !== undefined) addProcessMetrics(metrics);
      workerGroup.answerWith(own);
    }
    const processes = workerGroup ?? singleProcess;
    const base = { name, config, log, clock, tracing, metrics, processes, lifecycle };
    const parts = await options.parts(base);
    ({ checkReadiness } = parts);
    const port = await options.service(base, parts);
    log.info({ port }, ready);
    return { port, stop: lifecycle.stop };
  } catch (error) {
    await lifecycle.stop();
    throw error;
  }
};
