import type { LoadOutcome } from '../load/load-plan';
import { measureRun } from '../measure/measure-load';
import type { System } from '../systems/system';
import { PLENTY } from './make-products';
import { reserveUnits } from './reserve-units';
import { compare, type Scenario, type ScenarioContext, WARM_UP_SECONDS_MAX } from './scenario';

const CONNECTIONS = 64;
/** Reservations to confirm per second of warm-up; most systems get through fewer. */
const WARM_UP_PER_SECOND = 1_500;
/** How many more reservations to make than the rate so far needs. */
const MARGIN = 1.3;

const rateOf = ({ answers, seconds }: LoadOutcome): number =>
  (answers['200'] ?? 0) / Math.max(seconds, 0.001);

/** Reserves units of a new product, and returns what confirms them and waits for the stock. */
const prepare = async (
  context: ScenarioContext,
  system: System,
  options: { readonly amount: number; readonly seconds: number },
) => {
  const { amount, seconds } = options;
  const productIds = [await system.createProduct(PLENTY)];
  const reservations = await reserveUnits(context, system, productIds, amount);
  return {
    run: () =>
      context.load.run({
        url: system.url,
        connections: CONNECTIONS,
        until: { seconds, atMostOnce: true },
        requests: { kind: 'confirm', reservations },
      }),
    settle: ({ answers }: LoadOutcome) =>
      system.settle(productIds, reservations.length - (answers['200'] ?? 0)),
  };
};

/** Buyers confirm their reservations, each once, for as long as other rounds last. */
export const confirm: Scenario = {
  name: 'confirm',
  stage: 'main',
  run: async (context) => {
    const { seconds } = context.options;
    const rates = new Map<System, number>();
    const comparison = await compare(
      context,
      {
        name: 'confirm',
        title: `Confirm, ${CONNECTIONS} connections`,
        unit: 'confirmations',
      },
      {
        warmUp: async (system) => {
          const length = Math.min(WARM_UP_SECONDS_MAX, seconds);
          const amount = WARM_UP_PER_SECOND * length;
          const { run, settle } = await prepare(context, system, { amount, seconds: length });
          const outcome = await run();
          await settle(outcome);
          rates.set(system, rateOf(outcome));
        },
        measure: async (measured) => {
          const { system } = measured;
          const amount = Math.ceil((rates.get(system) ?? 0) * seconds * MARGIN);
          const steps = await prepare(context, system, {
            amount: Math.max(CONNECTIONS, amount),
            seconds,
          });
          const round = await measureRun(measured, { ...steps, wanted: [200] });
          rates.set(system, Math.max(rates.get(system) ?? 0, rateOf(round.outcome)));
          return round;
        },
      },
    );
    return [comparison];
  },
};
