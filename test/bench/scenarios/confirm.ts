import { measureLoad } from '../measure/measure-load';
import type { System } from '../systems/system';
import { makeProducts, PLENTY } from './make-products';
import { compare, type Scenario, type ScenarioContext } from './scenario';

const CONNECTIONS = 64;
/** Reservations to confirm in a round, for each second of a round's length. */
const PER_SECOND = 200;

/** Reserves so much and gives the reservations; not measured. */
const reserve = async (
  { load }: ScenarioContext,
  system: System,
  productIds: readonly string[],
  amount: number,
) => {
  const { made } = await load.run({
    url: system.url,
    connections: CONNECTIONS,
    until: 'once',
    requests: { kind: 'reserve', productIds, count: amount },
    collect: true,
  });
  return made;
};

/** Buyers confirm what they have reserved, each reservation once. */
export const confirm: Scenario = {
  name: 'confirm',
  stage: 'main',
  run: async (context) => {
    const products = await makeProducts(context, PLENTY);
    const plan = async (system: System, amount: number) => {
      const reservations = await reserve(context, system, products(system), amount);
      return {
        url: system.url,
        connections: CONNECTIONS,
        until: 'once',
        requests: { kind: 'confirm', reservations },
      } as const;
    };
    const amount = PER_SECOND * context.options.seconds;
    const comparison = await compare(
      context,
      {
        name: 'confirm',
        title: `Confirm, ${CONNECTIONS} connections`,
        unit: 'confirmations',
      },
      {
        warmUp: async (system) => context.load.run(await plan(system, Math.ceil(amount / 4))),
        measure: async (measured) =>
          measureLoad(measured, await plan(measured.system, amount), [200]),
      },
    );
    return [comparison];
  },
};
