import { TaskError } from '../task';
import { ensurePortsAreFree } from './ports';
import { type Instance, planInstances, type TopologyInput } from './topology';

/**
 * Below the ephemeral port range, whose ports could be taken between two starts of a process. With
 * room for more instances per component.
 */
const PORTS = { from: 15_000, to: 30_000, apart: 100 } as const;
const TRIES = 30;

/**
 * Instances on random ports that are free.
 *
 * @throws TaskError after 30 tries
 */
export const planOnFreePorts = async (
  input: Omit<TopologyInput, 'basePorts'>,
): Promise<readonly Instance[]> => {
  for (let attempt = 1; ; attempt += 1) {
    const first = PORTS.from + Math.floor(Math.random() * (PORTS.to - PORTS.from));
    const basePorts = {
      auth: first,
      catalog: first + PORTS.apart,
      reservation: first + 2 * PORTS.apart,
      'expiry-worker': first + 3 * PORTS.apart,
      gateway: first + 4 * PORTS.apart,
    };
    const instances = planInstances({ ...input, basePorts });
    try {
      await ensurePortsAreFree(input.host, instances);
      return instances;
    } catch (error) {
      if (!(error instanceof TaskError) || attempt === TRIES) throw error;
    }
  }
};
