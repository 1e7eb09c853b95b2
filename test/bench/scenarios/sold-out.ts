import type { LoadPlan } from '../load/load-plan';
import { makeProducts } from './make-products';
import { compareLoad, type Scenario, type ScenarioContext } from './scenario';

const CONNECTIONS = 64;
/** Keys to prepare per second; reusing one is harmless, because a refusal is not stored. */
const KEYS_PER_SECOND = 5_000;

const run = async (
  context: ScenarioContext,
  what: { readonly name: string; readonly title: string },
  keys: (round: number) => Pick<LoadPlan['requests'] & { kind: 'reserve' }, 'keyPrefix' | 'count'>,
) => {
  const productIds = await makeProducts(context, 0);
  return [
    await compareLoad(
      context,
      { ...what, unit: 'sold-out answers' },
      {
        connections: CONNECTIONS,
        wanted: 409,
        requests: (system, round) => ({
          kind: 'reserve',
          productIds: productIds(system),
          ...keys(round),
        }),
      },
    ),
  ];
};

/** Every request is for a sold-out product. */
export const soldOut: Scenario = {
  name: 'sold-out',
  stage: 'main',
  run: (context) =>
    run(
      context,
      { name: 'sold-out', title: `Sold-out storm, ${CONNECTIONS} connections` },
      () => ({}),
    ),
};

/** The same with keys, like apps that retry. The baseline ignores the key. */
export const soldOutWithKeys: Scenario = {
  name: 'sold-out-keys',
  stage: 'main',
  onRequest: true,
  run: (context) =>
    run(
      context,
      {
        name: 'sold-out-keys',
        title: `Sold-out storm with Idempotency-Key, ${CONNECTIONS} connections`,
      },
      (round) => ({
        keyPrefix: `sold-out-${round}`,
        count: KEYS_PER_SECOND * context.options.seconds,
      }),
    ),
};
