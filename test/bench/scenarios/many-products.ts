import type { System } from '../systems/system';
import { compareLoad, type Scenario } from './scenario';

const CONNECTIONS = 64;
const PRODUCTS = 1_000;
const STOCK = 1_000_000;

/** Requests are spread over many products, none of which is hot. */
export const manyProducts: Scenario = {
  name: 'products',
  stage: 'main',
  run: async (context) => {
    const ids = new Map<System, readonly string[]>();
    for (const system of context.systems) {
      ids.set(system, await system.insertProducts(PRODUCTS, STOCK));
    }
    return [
      await compareLoad(
        context,
        {
          name: 'products',
          title: `1,000 products, ${CONNECTIONS} connections`,
          unit: 'reservations',
        },
        {
          connections: CONNECTIONS,
          wanted: 201,
          requests: (system) => ({ kind: 'reserve', productIds: ids.get(system) ?? [] }),
        },
      ),
    ];
  },
};
