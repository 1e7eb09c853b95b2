import { createServer } from 'node:net';
import { TaskError } from '../task';
import { COMPONENT_FACTS, type Instance } from './topology';

const isFree = (host: string, port: number): Promise<boolean> =>
  new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE') resolve(false);
      else reject(new TaskError(`Port ${port} on ${host} cannot be used: ${error.message}.`));
    });
    server.listen({ port, host }, () => {
      server.close(() => {
        resolve(true);
      });
    });
  });

/**
 * Checks before anything is started that every port is free.
 *
 * @throws TaskError that names each port in use and the variable that changes it
 */
export const ensurePortsAreFree = async (
  host: string,
  instances: readonly Instance[],
): Promise<void> => {
  const taken: string[] = [];
  const check = async (use: {
    readonly host: string;
    readonly port: number;
    readonly purpose: string;
    readonly variable: string;
  }): Promise<void> => {
    if (await isFree(use.host, use.port)) return;
    taken.push(
      `Port ${use.port} for ${use.purpose} is taken. Stop the program that uses it, or choose another with ${use.variable}=...`,
    );
  };
  for (const { component, label, port, metricsPort, env } of instances) {
    const variable = COMPONENT_FACTS[component].portVariable;
    await check({ host, port, purpose: label, variable });
    if (metricsPort === undefined) continue;
    await check({
      host: env['METRICS_HOST'] ?? host,
      port: metricsPort,
      purpose: `the metrics of ${label}`,
      variable: 'METRICS_PORT',
    });
  }
  if (taken.length > 0) throw new TaskError(taken.join('\n'));
};
