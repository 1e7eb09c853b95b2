import { compareLoad, type Scenario } from './scenario';

const CONNECTIONS = 64;
const PRODUCTS = 100_000;
const STOCK = 100;

/** The first page of a large catalogue. */
export const listProducts: Scenario = {
  name: 'list',
  stage: 'main',
  run: async (context) => {
    for (const system of context.systems) {
      context.say(`  Inserting ${PRODUCTS} products for ${system.label} ...`);
      await system.insertProducts(PRODUCTS, STOCK);
    }
    return [
      await compareLoad(
        context,
        {
          name: 'list',
          title: `List 20 of 100,000 products, ${CONNECTIONS} connections`,
          unit: 'pages',
        },
        {
          connections: CONNECTIONS,
          wanted: 200,
          requests: () => ({ kind: 'get', path: '/products?pageSize=20' }),
          seconds: Math.ceil(context.options.seconds / 2),
        },
      ),
    ];
  },
};
