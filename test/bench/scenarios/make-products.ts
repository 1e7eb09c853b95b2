import type { System } from '../systems/system';
import type { ScenarioContext } from './scenario';

/** More than can be reserved during the run. */
export const PLENTY = 1_000_000_000;

/** Creates one product in each system; the returned function gives its id, as a list. */
export const makeProducts = async (
  { systems }: Pick<ScenarioContext, 'systems'>,
  stock: number,
): Promise<(system: System) => readonly string[]> => {
  const ids = new Map<System, readonly string[]>();
  for (const system of systems) ids.set(system, [await system.createProduct(stock)]);
  return (system) => ids.get(system) ?? [];
};
