import { type FloorProcesses, startFloorProcesses } from '../floor/floor-processes';
import type { FloorPlan } from '../floor/messages';
import { DONE } from '../floor/repeat';
import type { LoadOutcome } from '../load/load-plan';
import { measureRun } from '../measure/measure-load';
import type { NamedProcess } from '../measure/process-usage';
import { summarise } from '../measure/summarise';
import type { Comparison, Round } from '../results';
import {
  describeRound,
  type Scenario,
  type ScenarioContext,
  WARM_UP_SECONDS_MAX,
} from './scenario';

const CONNECTIONS = 64;
/** About as many reservations as a batch has under `hot` with 64 connections. */
const BATCH = 28;
const DATABASE = 'bench_floor';
/** What the bare HTTP server answers. */
const MADE = 201;

/** A line of the report: one kind of work at the least cost. */
interface Floor {
  readonly label: string;
  readonly processes: readonly NamedProcess[];
  readonly run: (seconds: number) => Promise<LoadOutcome>;
  readonly wanted: number;
}

/** Measures each floor in turn, as `compare` measures systems. */
const measureFloors = async (
  { options, load, systems, say, site }: ScenarioContext,
  what: Pick<Comparison, 'name' | 'title' | 'unit'>,
  floors: readonly Floor[],
): Promise<Comparison> => {
  const seconds = Math.ceil(options.seconds / 2);
  const rounds = new Map<Floor, Round[]>(floors.map((floor) => [floor, []]));
  for (const { run } of floors) await run(Math.min(WARM_UP_SECONDS_MAX, seconds));
  for (let number = 1; number <= options.rounds; number += 1) {
    for (const floor of floors) {
      site.signal.throwIfAborted();
      const { label, processes, run, wanted } = floor;
      const {
        figures,
        answers,
        processes: usage,
      } = await measureRun(
        { load, system: { processes: () => processes }, beside: systems },
        { run: () => run(seconds), wanted: [wanted] },
      );
      const round = { figures, answers, processes: usage };
      rounds.get(floor)?.push(round);
      say(`  ${what.title}, round ${number}: ${describeRound(label, round)}`);
    }
  }
  return {
    ...what,
    systems: floors.map((floor) => summarise(floor.label, rounds.get(floor) ?? [])),
  };
};

const httpFloor = ({ load }: ScenarioContext, { servers, ports }: FloorProcesses): Floor => ({
  label: 'node:http',
  processes: [servers],
  wanted: MADE,
  run: (seconds) =>
    load.run({
      url: `http://127.0.0.1:${ports.http}`,
      connections: CONNECTIONS,
      until: { seconds },
      requests: { kind: 'reserve', productIds: ['product'] },
    }),
});

const clientFloor = (
  label: string,
  { client, run }: FloorProcesses,
  others: readonly NamedProcess[],
  planOf: (seconds: number) => FloorPlan,
): Floor => ({
  label,
  processes: [client, ...others],
  wanted: DONE,
  run: (seconds) => run(planOf(seconds)),
});

const callFloor = (
  label: string,
  floor: FloorProcesses,
  calls: { readonly inFlight: number; readonly entries: number },
): Floor =>
  clientFloor(label, floor, [floor.servers], (seconds) => ({
    kind: 'calls',
    port: floor.ports.grpc,
    ...calls,
    seconds,
  }));

const transactionFloor = (
  label: string,
  floor: FloorProcesses,
  { holds, mongoUri }: { readonly holds: number; readonly mongoUri: string },
): Floor =>
  clientFloor(label, floor, [], (seconds) => ({
    kind: 'transactions',
    ...{ mongoUri, holds, seconds },
    database: DATABASE,
  }));

/**
 * What the parts that no design can omit cost on this machine, without any code of this project:
 * an HTTP request, a gRPC call between two processes, a transaction on the store. The systems idle
 * beside it.
 */
export const floor: Scenario = {
  name: 'floor',
  stage: 'main',
  run: async (context) => {
    const processes = await startFloorProcesses();
    const { mongoUri } = context.site;
    try {
      return [
        await measureFloors(
          context,
          {
            name: 'floor-http',
            title: `Floor: HTTP, ${CONNECTIONS} connections`,
            unit: 'answers',
          },
          [httpFloor(context, processes)],
        ),
        await measureFloors(
          context,
          { name: 'floor-grpc', title: 'Floor: gRPC between two processes', unit: 'calls' },
          [
            callFloor(`${CONNECTIONS} in flight`, processes, { inFlight: CONNECTIONS, entries: 1 }),
            callFloor('one at a time', processes, { inFlight: 1, entries: 1 }),
            callFloor(`one of ${BATCH} entries`, processes, { inFlight: 1, entries: BATCH }),
          ],
        ),
        await measureFloors(
          context,
          {
            name: 'floor-transaction',
            title: 'Floor: transactions, one at a time',
            unit: 'transactions',
          },
          [
            transactionFloor('1 hold', processes, { holds: 1, mongoUri }),
            transactionFloor(`${BATCH} holds`, processes, { holds: BATCH, mongoUri }),
          ],
        ),
      ];
    } finally {
      await processes.stop();
    }
  },
};
