import type { OpenOutcome } from '../load/open-plan';
import { measureRun } from '../measure/measure-load';
import type { Figures } from '../results';
import type { System } from '../systems/system';
import { PLENTY } from './make-products';
import { reserveUnits } from './reserve-units';
import { compare, type Scenario, type ScenarioContext, WARM_UP_SECONDS_MAX } from './scenario';

/** So low that the baseline copes on two cores. */
const RATE_PER_SECOND = 400;
const CONNECTIONS = 256;
const SHARES = { list: 70, reserve: 20, confirm: 8, cancel: 2 } as const;
/** Every second reserve is for one product, whose units last for half of them. */
const OTHER_PRODUCTS = 64;
/** Seconds for which reservations to confirm and cancel are made before the start. */
const LEAD_SECONDS = 2;

const numberOf = (perHundred: number, seconds: number): number =>
  Math.ceil((RATE_PER_SECOND * seconds * perHundred) / 100);

const okOf = (outcome: OpenOutcome, verb: 'confirm' | 'cancel'): number =>
  outcome.ofRequests[verb].answers['200'] ?? 0;

const figuresOf = (outcome: OpenOutcome): Figures => {
  const { reserve, list, confirm, cancel } = outcome.ofRequests;
  const notEnded = [confirm, cancel].flatMap(({ answers }) =>
    Object.entries(answers).flatMap(([status, count]) => (status === '200' ? [] : [count])),
  );
  return {
    refused: reserve.answers['409'] ?? 0,
    notEnded: notEnded.reduce((sum, count) => sum + count, 0),
    unsent: outcome.unsent,
    listP99Ms: list.latencyMs.p99,
    reserveP99Ms: reserve.latencyMs.p99,
    confirmP99Ms: confirm.latencyMs.p99,
    cancelP99Ms: cancel.latencyMs.p99,
  };
};

/** Makes this run's products and its first reservations. */
const prepare = async (context: ScenarioContext, system: System, seconds: number) => {
  const hot = await system.createProduct(numberOf(SHARES.reserve / 4, seconds));
  const others = await system.insertProducts(OTHER_PRODUCTS, PLENTY);
  const amount = numberOf(SHARES.confirm + SHARES.cancel, LEAD_SECONDS);
  const reservations = await reserveUnits(context, system, others, amount);
  return {
    run: () =>
      context.load.runOpen({
        url: system.url,
        connections: CONNECTIONS,
        ratePerSecond: RATE_PER_SECOND,
        seconds,
        shares: SHARES,
        listPath: '/products?pageSize=20',
        productIds: others.flatMap((other) => [hot, other]),
        reservations,
      }),
    settle: (outcome: OpenOutcome) => {
      const made = reservations.length + (outcome.ofRequests.reserve.answers['201'] ?? 0);
      const held = made - okOf(outcome, 'confirm') - okOf(outcome, 'cancel');
      return system.settle([hot, ...others], held);
    },
  };
};

/**
 * A mixed load at a fixed rate, the same for both systems: 70 % list, 20 % reserve, 8 % confirm,
 * 2 % cancel. Latency counts from when a request was due.
 */
export const saleDay: Scenario = {
  name: 'sale-day',
  stage: 'main',
  run: async (context) => {
    const { seconds } = context.options;
    const comparison = await compare(
      context,
      {
        name: 'sale-day',
        title: `Sale day, ${RATE_PER_SECOND} requests/s due`,
        unit: 'answers',
      },
      {
        warmUp: async (system) => {
          const length = Math.min(WARM_UP_SECONDS_MAX, seconds);
          const { run, settle } = await prepare(context, system, length);
          await settle(await run());
        },
        measure: async (measured) => {
          const steps = await prepare(context, measured.system, seconds);
          const round = await measureRun(measured, { ...steps, wanted: [200, 201, 409] });
          return { ...round, figures: { ...round.figures, ...figuresOf(round.outcome) } };
        },
      },
    );
    return [comparison];
  },
};
