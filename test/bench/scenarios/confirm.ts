import { measureLoad } from '../measure/measure-load';
import type { System } from '../systems/system';
import { makeProducts, PLENTY } from './make-products';
import { compare, type Scenario, type ScenarioContext } from './scenario';

const CONNECTIONS = 64;
/** Reservations to confirm per second of a round. */
const PER_SECOND = 200;

/** Reserves this many units and returns the reservations; not measured. */
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

/** Buyers confirm their reservations, each once. */
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
