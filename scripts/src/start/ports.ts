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
 * Finds out before anything starts whether every port can be had.
 *
 * @throws TaskError that names each taken port and the variable that chooses another
 */
export const ensurePortsAreFree = async (
  host: string,
  instances: readonly Instance[],
): Promise<void> => {
  const taken: string[] = [];
  for (const { component, label, port } of instances) {
    if (!(await isFree(host, port))) {
      const { portVariable } = COMPONENT_FACTS[component];
      taken.push(
        `Port ${port} for ${label} is taken. Stop the program that uses it, or choose another with ${portVariable}=...`,
      );
    }
  }
  if (taken.length > 0) throw new TaskError(taken.join('\n'));
};
