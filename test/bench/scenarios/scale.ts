import type { System } from '../systems/system';
import { PLENTY } from './make-products';
import { compareLoad, type Scenario } from './scenario';

const CONNECTIONS = 64;
const HOT_PRODUCTS = [1, 8, 64] as const;

/**
 * One, eight and 64 hot products, sold by 1, 2 and 3 instances of catalog and of reservation, and
 * by the baseline.
 */
export const scale: Scenario = {
  name: 'scale',
  stage: 'scale',
  run: async (context) => {
    const comparisons = [];
    for (const products of HOT_PRODUCTS) {
      const ids = new Map<System, readonly string[]>();
      for (const system of context.systems) {
        ids.set(system, await system.insertProducts(products, PLENTY));
      }
      const name = products === 1 ? 'One hot product' : `${products} hot products`;
      comparisons.push(
        await compareLoad(
          context,
          {
            name: `scale-${products}`,
            title: `${name}, ${CONNECTIONS} connections, more instances`,
            unit: 'reservations',
          },
          {
            connections: CONNECTIONS,
            wanted: 201,
            requests: (system) => ({ kind: 'reserve', productIds: ids.get(system) ?? [] }),
            // Twelve combinations of systems and products.
            seconds: Math.ceil(context.options.seconds / 2),
          },
        ),
      );
    }
    return comparisons;
  },
};
