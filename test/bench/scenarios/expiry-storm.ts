import { setTimeout } from 'node:timers/promises';
import { MongoClient } from 'mongodb';
import { percentile } from '../load/percentile';
import { measureLoad } from '../measure/measure-load';
import { summarise } from '../measure/summarise';
import type { Figures } from '../results';
import { plantHolds } from '../systems/plant-holds';
import type { System } from '../systems/system';
import { PLENTY } from './make-products';
import type { Scenario, ScenarioContext } from './scenario';

const HOLDS = 50_000;
const CONNECTIONS = 16;
/** Time to write the holds, with a large margin. */
const PLANTING_MS = 60_000;
const SPARE_MS = 3_000;
const GIVE_UP_MS = 180_000;
const POLL_MS = 100;

const pause = (ms: number, signal: AbortSignal): Promise<void> =>
  setTimeout(ms, undefined, { signal });

interface Hold {
  readonly state: string;
  readonly expireTime: Date;
  readonly settledAt?: Date;
}

/** Waits until every unit is available again; false on timeout. */
const waitUntilBack = async (
  client: MongoClient,
  prefix: string,
  productId: string,
  { giveUpAt, signal }: { readonly giveUpAt: number; readonly signal: AbortSignal },
): Promise<boolean> => {
  const products = client
    .db(`${prefix}_catalog`)
    .collection<{ readonly _id: string; readonly available: number }>('products');
  while (Date.now() < giveUpAt) {
    const product = await products.findOne({ _id: productId });
    if (product?.available === HOLDS) return true;
    await pause(POLL_MS, signal);
  }
  return false;
};

/** How late each hold was settled, according to catalog's documents. */
const latenessOf = async (client: MongoClient, prefix: string, dueAt: Date): Promise<Figures> => {
  const holds = await client
    .db(`${prefix}_catalog`)
    .collection<Hold>('holds')
    .find({ expireTime: dueAt }, { projection: { _id: 0, state: 1, expireTime: 1, settledAt: 1 } })
    .toArray();
  const lateness = Float64Array.from(
    holds.flatMap(({ expireTime, settledAt }) =>
      settledAt === undefined ? [] : [settledAt.getTime() - expireTime.getTime()],
    ),
  ).sort();
  return {
    latenessP50Ms: percentile(lateness, 0.5),
    latenessP99Ms: percentile(lateness, 0.99),
    allBackSeconds: (lateness.at(-1) ?? 0) / 1000,
    stillHeld: holds.filter(({ state }) => state === 'HELD').length,
  };
};

const runStorm = async (context: ScenarioContext, system: System, client: MongoClient) => {
  const { load, options, say, site } = context;
  const other = await system.createProduct(PLENTY);
  const plan = (seconds: number) => ({
    url: system.url,
    connections: CONNECTIONS,
    until: { seconds },
    requests: { kind: 'reserve', productIds: [other] } as const,
  });
  const measured = { load, system, beside: [] };
  await load.run(plan(2));

  const dueAt = new Date(Date.now() + PLANTING_MS + options.seconds * 1_000 + SPARE_MS);
  say(`  Writing ${HOLDS} holds that are due at ${dueAt.toISOString()} ...`);
  const productId = await plantHolds(site, client, { prefix: system.prefix, count: HOLDS, dueAt });
  const early = dueAt.getTime() - Date.now() - options.seconds * 1_000 - SPARE_MS;
  say(`  They are written, ${(early / 1_000).toFixed(0)} s before they have to be.`);
  if (early < 0) throw new Error(`The holds were written ${-early} ms too late.`);
  await pause(early, site.signal);
  const calm = await measureLoad(measured, plan(options.seconds), [201]);
  await pause(Math.max(0, dueAt.getTime() - Date.now()), site.signal);

  // The load ends with the storm, or with its failure.
  const [isBack, { figures, answers, processes }] = await Promise.all([
    waitUntilBack(client, system.prefix, productId, {
      giveUpAt: dueAt.getTime() + GIVE_UP_MS,
      signal: site.signal,
    }).finally(load.halt),
    measureLoad(measured, plan(GIVE_UP_MS / 1_000), [201]),
  ]);
  const lateness = await latenessOf(client, system.prefix, dueAt);
  return {
    figures: {
      ...figures,
      calmPerSecond: calm.figures['perSecond'] ?? 0,
      calmP99Ms: calm.figures['p99Ms'] ?? 0,
      ...lateness,
      ...(isBack ? {} : { allBackSeconds: GIVE_UP_MS / 1_000 }),
    },
    answers,
    processes,
  };
};

/**
 * 50,000 holds are due in the same millisecond while others keep buying. Only once, because it
 * takes long; without the baseline, because it has no equivalent.
 */
export const expiryStorm: Scenario = {
  name: 'expiry-storm',
  stage: 'storm',
  run: async (context) => {
    const client = await new MongoClient(context.site.mongoUri).connect();
    try {
      const systems = [];
      for (const system of context.systems) {
        const round = await runStorm(context, system, client);
        const {
          allBackSeconds = 0,
          latenessP99Ms = 0,
          p99Ms = 0,
        } = round.figures as {
          readonly [name: string]: number;
        };
        context.say(
          `  ${system.label}: all back after ${allBackSeconds.toFixed(1)} s, lateness p99 ${latenessP99Ms.toFixed(0)} ms, p99 of reserves meanwhile ${p99Ms.toFixed(1)} ms`,
        );
        systems.push(summarise(system.label, [round]));
      }
      return [
        {
          name: 'expiry-storm',
          title: 'Expiry storm: 50,000 holds, 16 connections reserving',
          unit: 'reservations',
          systems,
        },
      ];
    } finally {
      await client.close();
    }
  },
};
