import { makeProducts, PLENTY } from './make-products';
import { compareLoad, type Scenario } from './scenario';

const CONNECTIONS = 64;

/** One hot product, sold by 1, 2 and 3 instances of catalog and of reservation. */
export const scale: Scenario = {
  name: 'scale',
  stage: 'scale',
  run: async (context) => {
    const productIds = await makeProducts(context, PLENTY);
    return [
      await compareLoad(
        context,
        {
          name: 'scale',
          title: `One hot product, ${CONNECTIONS} connections, more instances`,
          unit: 'reservations',
        },
        {
          connections: CONNECTIONS,
          wanted: 201,
          requests: (system) => ({ kind: 'reserve', productIds: productIds(system) }),
        },
      ),
    ];
  },
};
