import type { MadeReservation } from '../load/load-plan';
import type { System } from '../systems/system';
import type { ScenarioContext } from './scenario';

const CONNECTIONS = 256;

/**
 * Reserves this many units, not measured, and returns the reservations. Over many connections,
 * which is the fastest way in both systems.
 */
export const reserveUnits = async (
  { load }: Pick<ScenarioContext, 'load'>,
  system: System,
  productIds: readonly string[],
  amount: number,
): Promise<readonly MadeReservation[]> => {
  const { made } = await load.run({
    url: system.url,
    connections: Math.min(CONNECTIONS, amount),
    until: 'once',
    requests: { kind: 'reserve', productIds, count: amount },
    collect: true,
  });
  return made;
};
