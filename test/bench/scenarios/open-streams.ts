import { type StreamReaderProcess, startStreamReaders } from '../load/stream-readers';
import { measureLoad } from '../measure/measure-load';
import { summarise } from '../measure/summarise';
import type { Round } from '../results';
import { STREAMS_LABEL, STREAMS_OPEN, WITHOUT_STREAMS_LABEL } from '../stage-labels';
import type { System } from '../systems/system';
import { PLENTY } from './make-products';
import type { Scenario, ScenarioContext } from './scenario';

const CONNECTIONS = 64;
const WARM_UP_SECONDS = 5;
const GATEWAY = /^gateway/;

/**
 * The gateway's CPU time per request. The machine's cores are shared with the readers, but this
 * time is not.
 */
const gatewayCpuMs = ({ answers, processes }: Round): number => {
  const requests = Object.values(answers).reduce((sum, count) => sum + count, 0);
  const cpuMs = processes
    .filter(({ name }) => GATEWAY.test(name))
    .reduce((sum, process) => sum + process.cpuMs, 0);
  return cpuMs / Math.max(1, requests);
};

const measurePlain = async (
  { load, options }: ScenarioContext,
  system: System,
  productId: string,
  readers: StreamReaderProcess,
): Promise<Round> => {
  // The readers belong to neither system, and are no store.
  const beside = [{ ...system, processes: () => [{ name: 'readers', pid: readers.pid }] }];
  const plan = {
    url: system.url,
    connections: CONNECTIONS,
    until: { seconds: options.seconds },
    requests: { kind: 'reserve', productIds: [productId] },
  } as const;
  const { figures, answers, processes } = await measureLoad({ load, system, beside }, plan, [201]);
  const round = { figures, answers, processes };
  return { ...round, figures: { ...figures, gatewayCpuMsPerRequest: gatewayCpuMs(round) } };
};

const measureStreamed = async (
  context: ScenarioContext,
  system: System,
  productId: string,
  readers: StreamReaderProcess,
): Promise<Round> => {
  const { hostname: host, port } = new URL(system.url);
  const path = `/products/stream?productIds=${productId}`;
  await readers.open({ host, port: Number(port), path, count: STREAMS_OPEN });
  await readers.count();
  const round = await measurePlain(context, system, productId, readers);
  const { events, least, lost } = await readers.count();
  await readers.close();
  // Returns once the gateway has closed the streams, so that the next round does not pay for it.
  const asking = { kind: 'get', path: '/healthz' } as const;
  await context.load.run({ url: system.url, connections: 1, until: 'once', requests: asking });
  const { seconds } = context.options;
  return {
    ...round,
    figures: {
      ...round.figures,
      eventsPerStreamAndSecond: events / STREAMS_OPEN / seconds,
      leastEventsOfAStream: least,
      streamsLost: lost,
    },
  };
};

/**
 * The cost for reservations of a hot product of thousands of streams of its stock at the same
 * gateway.
 */
export const openStreams: Scenario = {
  name: 'streams',
  stage: 'streams',
  onRequest: true,
  run: async (context) => {
    const { load, options, systems, say, site } = context;
    const [system] = systems;
    if (system === undefined) throw new Error('There is no stack to measure.');
    const productId = await system.createProduct(PLENTY);
    const requests = { kind: 'reserve', productIds: [productId] } as const;
    const until = { seconds: WARM_UP_SECONDS };
    await load.run({ url: system.url, connections: CONNECTIONS, until, requests });

    const readers = await startStreamReaders();
    const rounds = { plain: [] as Round[], streamed: [] as Round[] };
    try {
      for (let round = 1; round <= options.rounds; round += 1) {
        site.signal.throwIfAborted();
        const parts = [
          async () => rounds.plain.push(await measurePlain(context, system, productId, readers)),
          async () =>
            rounds.streamed.push(await measureStreamed(context, system, productId, readers)),
        ];
        // A B B A, so that a machine that becomes slower, or a database that grows, favours
        // neither.
        for (const measure of round % 2 === 1 ? parts : parts.toReversed()) await measure();
        const [plain, streamed] = [rounds.plain, rounds.streamed].map(
          (all) => all.at(-1)?.figures ?? {},
        );
        say(
          `  Round ${round}: ${plain?.['perSecond']?.toFixed(0)}/s without streams, ${streamed?.['perSecond']?.toFixed(0)}/s with ${STREAMS_OPEN}`,
        );
      }
    } finally {
      await readers.stop();
    }
    return [
      {
        name: 'streams',
        title: `One hot product, ${CONNECTIONS} connections`,
        unit: 'reservations',
        systems: [
          summarise(WITHOUT_STREAMS_LABEL, rounds.plain),
          summarise(STREAMS_LABEL, rounds.streamed),
        ],
      },
    ];
  },
};
