import { makeProducts, PLENTY } from './make-products';
import { compareLoad, type Scenario } from './scenario';

const CONNECTIONS = [64, 256] as const;
const KEYED_CONNECTIONS = 64;
/** Keys to prepare per second, more than are used; a repeated one would get 200. */
const KEYS_PER_SECOND = 5_000;

/** Every request is for one product with enough stock. */
export const hotProduct: Scenario = {
  name: 'hot',
  stage: 'main',
  run: async (context) => {
    const productIds = await makeProducts(context, PLENTY);
    const comparisons = [];
    for (const connections of CONNECTIONS) {
      const what = {
        name: `hot-${connections}`,
        title: `One hot product, ${connections} connections`,
        unit: 'reservations',
      };
      comparisons.push(
        await compareLoad(context, what, {
          connections,
          wanted: 201,
          requests: (system) => ({ kind: 'reserve', productIds: productIds(system) }),
        }),
      );
    }
    return comparisons;
  },
};

/** The same with keys, like apps that retry. The baseline ignores the key. */
export const hotProductWithKeys: Scenario = {
  name: 'hot-keys',
  stage: 'main',
  onRequest: true,
  run: async (context) => {
    const productIds = await makeProducts(context, PLENTY);
    const what = {
      name: 'hot-keys',
      title: `One hot product with Idempotency-Key, ${KEYED_CONNECTIONS} connections`,
      unit: 'reservations',
    };
    return [
      await compareLoad(context, what, {
        connections: KEYED_CONNECTIONS,
        wanted: 201,
        requests: (system, round) => ({
          kind: 'reserve',
          productIds: productIds(system),
          keyPrefix: `hot-${round}`,
          count: KEYS_PER_SECOND * context.options.seconds,
        }),
      }),
    ];
  },
};
