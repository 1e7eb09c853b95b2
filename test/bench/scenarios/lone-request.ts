import { makeProducts, PLENTY } from './make-products';
import { compareLoad, type Scenario } from './scenario';

/**
 * One client that waits for each response before the next request: the latency of a single buyer.
 */
export const loneRequest: Scenario = {
  name: 'lone',
  stage: 'main',
  run: async (context) => {
    const productIds = await makeProducts(context, PLENTY);
    return [
      await compareLoad(
        context,
        { name: 'lone', title: 'A lone client', unit: 'reservations' },
        {
          connections: 1,
          wanted: 201,
          requests: (system) => ({ kind: 'reserve', productIds: productIds(system) }),
          seconds: Math.ceil(context.options.seconds / 2),
        },
      ),
    ];
  },
};
