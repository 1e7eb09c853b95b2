import { measureRun } from '../measure/measure-load';
import type { System } from '../systems/system';
import { PLENTY } from './make-products';
import { compare, type Scenario, WARM_UP_SECONDS_MAX } from './scenario';

const CONNECTIONS = 64;

/**
 * Each buyer reserves one unit of a hot product and confirms the reservation immediately: finished
 * sales. Both requests together count as one.
 */
export const checkout: Scenario = {
  name: 'checkout',
  stage: 'main',
  run: async (context) => {
    const { load, options } = context;
    const prepare = async (system: System, seconds: number) => {
      const productIds = [await system.createProduct(PLENTY)];
      return {
        run: () =>
          load.run({
            url: system.url,
            connections: CONNECTIONS,
            until: { seconds },
            requests: { kind: 'checkout', productIds },
          }),
        settle: () => system.settle(productIds, 0),
      };
    };
    const comparison = await compare(
      context,
      {
        name: 'checkout',
        title: `Checkout (reserve and confirm), ${CONNECTIONS} connections`,
        unit: 'finished sales',
      },
      {
        warmUp: async (system) => {
          const length = Math.min(WARM_UP_SECONDS_MAX, options.seconds);
          const { run, settle } = await prepare(system, length);
          await run();
          await settle();
        },
        measure: async (measured) =>
          measureRun(measured, {
            ...(await prepare(measured.system, options.seconds)),
            wanted: [200],
          }),
      },
    );
    return [comparison];
  },
};
