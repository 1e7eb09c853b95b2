import type { LoadOutcome } from '../load/load-plan';
import { measureLoad } from '../measure/measure-load';
import type { Figures } from '../results';
import { makeProducts } from './make-products';
import { compare, type Scenario } from './scenario';

const BUYERS = 10_000;
const UNITS = 1_000;
const CONNECTIONS = 1_000;
const WARM_UP = { connections: 64, seconds: 2 } as const;

const figuresOf = ({ answers, lastAt, seconds }: LoadOutcome): Figures => ({
  winners: answers['201'] ?? 0,
  losers: answers['409'] ?? 0,
  soldOutSeconds: lastAt['201'] ?? 0,
  answeredSeconds: seconds,
  isExact: answers['201'] === UNITS && answers['409'] === BUYERS - UNITS ? 1 : 0,
});

/** 10,000 buyers concurrently send one request each for one of 1,000 units. */
export const flashSale: Scenario = {
  name: 'flash-sale',
  stage: 'main',
  run: async (context) => {
    const nothingLeft = await makeProducts(context, 0);
    const comparison = await compare(
      context,
      {
        name: 'flash-sale',
        title: 'Flash sale: 10,000 buyers, 1,000 units',
        unit: 'answers',
      },
      {
        warmUp: (system) =>
          context.load.run({
            url: system.url,
            connections: WARM_UP.connections,
            until: { seconds: WARM_UP.seconds },
            requests: { kind: 'reserve', productIds: nothingLeft(system) },
          }),
        measure: async (measured) => {
          const { system } = measured;
          const productIds = [await system.createProduct(UNITS)];
          const round = await measureLoad(
            measured,
            {
              url: system.url,
              connections: CONNECTIONS,
              until: 'once',
              requests: { kind: 'reserve', productIds, count: BUYERS },
            },
            [201, 409],
          );
          return { ...round, figures: { ...round.figures, ...figuresOf(round.outcome) } };
        },
      },
    );
    return [comparison];
  },
};
