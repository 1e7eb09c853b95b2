import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { Agent, request } from 'node:http';
import { z } from 'zod';
import { descendantsOf } from '../bench/measure/proc';
import { eventually } from '../support/eventually';
import { freePort } from '../support/free-port';
import { type ProcessStack, startProcessStack } from '../support/process-stack';
import { createShop, type Shop } from '../support/shop';
import { uniquePrefix } from '../support/stores';

const CONNECTIONS = 8;
const TIMEOUT_MS = 15_000;
const PROCESSES = { GATEWAY_PROCESSES: '2' };

let stack: ProcessStack;
let shop: Shop;
let metricsPort: number;
let productId: string;

/** A client with one keep-alive connection. */
interface Client {
  readonly name: string;
  readonly get: (path: string) => Promise<{ readonly status: number; readonly isLast: boolean }>;
  readonly close: () => void;
}

const createClient = (name: string): Client => {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  return {
    name,
    get: (path) =>
      new Promise((resolve, reject) => {
        const headers = { 'x-request-id': name, 'cache-control': 'no-cache' };
        const sent = request(`${stack.urls[0]}${path}`, { agent, headers }, (response) => {
          const isLast = response.headers.connection === 'close';
          response.resume().once('end', () => {
            resolve({ status: response.statusCode ?? 0, isLast });
          });
          response.once('error', reject);
        });
        sent.once('error', reject).end();
      }),
    close: () => {
      agent.destroy();
    },
  };
};

const createClients = (label: string): readonly Client[] =>
  Array.from({ length: CONNECTIONS }, (_, index) => createClient(`${label}-${index}`));

interface Run {
  readonly client: Client;
  readonly statuses: readonly number[];
  readonly error: unknown;
}

/** Sends one request after the other, until told to stop, by either side, or one breaks. */
const keepAsking = async (client: Client, isOver: () => boolean): Promise<Run> => {
  const statuses: number[] = [];
  try {
    while (!isOver()) {
      const { status, isLast } = await client.get(`/products/${productId}`);
      statuses.push(status);
      if (isLast) break;
    }
    return { client, statuses, error: undefined };
  } catch (error) {
    return { client, statuses, error };
  }
};

const logLine = z.object({
  worker: z.number(),
  msg: z.string(),
  requestId: z.string().optional(),
});

/** The lines that carry the id of a worker. */
const linesOfWorkers = () =>
  stack
    .output()
    .split('\n')
    .flatMap((line) => {
      if (!line.startsWith('gateway {')) return [];
      const { success, data } = logLine.safeParse(JSON.parse(line.slice('gateway '.length)));
      return success ? [data] : [];
    });

/** Ids of the workers that have logged this text. */
const workersThat = (message: string): readonly number[] =>
  linesOfWorkers()
    .filter(({ msg }) => msg === message)
    .map(({ worker }) => worker);

const workerOf = ({ name }: Client): number | undefined =>
  linesOfWorkers().find(({ requestId }) => requestId === name)?.worker;

const workersAre = (count: number) =>
  eventually(async () => {
    expect(new Set(workersThat('The gateway takes requests.')).size).toBe(count);
  }, TIMEOUT_MS);

const countProductReads = async (): Promise<number> => {
  const text = await (await fetch(`http://127.0.0.1:${metricsPort}/metrics`)).text();
  const series =
    /^flashreserve_http_requests_total\{method="GET",route="\/products\/:productId",status="200"\} (\d+)$/m;
  return Number(series.exec(text)?.[1] ?? 0);
};

beforeAll(async () => {
  metricsPort = await freePort();
  stack = await startProcessStack({
    prefix: uniquePrefix(),
    rewireEnv: ({ component }) =>
      component === 'gateway'
        ? {
            ...PROCESSES,
            METRICS_PORT: String(metricsPort),
            LOG_LEVEL: 'info',
            DRAIN_WAIT_MS: '500',
          }
        : {},
  });
  shop = createShop(stack.urls[0], stack.env);
  productId = await shop.newProduct(100);
  await workersAre(2);
}, 120_000);

afterAll(async () => {
  await stack.stop();
}, 60_000);

describe('a gateway with two processes', () => {
  it('both processes serve, and one /metrics counts the requests of both', async () => {
    const before = await countProductReads();
    const clients = createClients('spread');

    for (const { get } of clients) expect((await get(`/products/${productId}`)).status).toBe(200);

    expect(await countProductReads()).toBe(before + CONNECTIONS);
    await eventually(async () => {
      expect(new Set(clients.map(workerOf))).toEqual(new Set([1, 2]));
    }, TIMEOUT_MS);
    for (const { close } of clients) close();
  });

  it('every process shows the pulse of the whole gateway', async () => {
    const buyer = await shop.newBuyer();
    const reserve = () =>
      fetch(`${stack.urls[0]}/reservations/${productId}`, {
        method: 'POST',
        headers: { authorization: `Bearer ${buyer.token}`, connection: 'close' },
      });
    for (let index = 0; index < CONNECTIONS; index += 1) expect((await reserve()).status).toBe(201);

    const pulse = z.object({ seconds: z.array(z.object({ accepted: z.number() })) });
    const accepted = async (): Promise<number> => {
      const response = await fetch(`${stack.urls[0]}/live/pulse`, {
        headers: { connection: 'close' },
      });
      const { seconds } = pulse.parse(await response.json());
      return seconds.reduce((sum, second) => sum + second.accepted, 0);
    };
    await eventually(async () => {
      // Two connections in a row belong to different processes.
      expect([await accepted(), await accepted()]).toEqual([CONNECTIONS, CONNECTIONS]);
    }, TIMEOUT_MS);
  });

  it('when a process is killed under load, the other serves on, and it is replaced', async () => {
    const before = await countProductReads();
    const clients = createClients('kill');
    // One after the other: of connections that arrive at once, the quicker process takes more.
    for (const { get } of clients) expect((await get(`/products/${productId}`)).status).toBe(200);
    let isOver = false;
    const runs = clients.map((client) => keepAsking(client, () => isOver));
    await eventually(async () => {
      expect(clients.map(workerOf)).not.toContain(undefined);
    }, TIMEOUT_MS);
    const counted = await countProductReads();
    expect(counted).toBeGreaterThan(before);

    const [victim = 0] = descendantsOf(stack.pidOf('gateway'), new Set());
    process.kill(victim, 'SIGKILL');
    await workersAre(3);
    isOver = true;
    const ended = await Promise.all(runs);

    const [killed] = workersThat('A worker exited; it is replaced.');
    const others = ended.filter(({ client }) => workerOf(client) !== killed);
    expect(others.length).toBeGreaterThanOrEqual(CONNECTIONS / 2);
    for (const { error, statuses } of others) {
      expect(error).toBeUndefined();
      expect(new Set(statuses)).toEqual(new Set([200]));
    }
    expect(await countProductReads()).toBeGreaterThanOrEqual(counted);
    for (const { close } of clients) close();
  });

  it('no request is lost when it stops in order under load', async () => {
    const clients = createClients('stop');
    const runs = clients.map((client) => keepAsking(client, () => false));
    await eventually(async () => {
      expect(clients.map(workerOf)).not.toContain(undefined);
    }, TIMEOUT_MS);

    const isReady = async () => (await fetch(`http://127.0.0.1:${metricsPort}/readyz`)).status;
    expect(await isReady()).toBe(200);
    process.kill(stack.pidOf('gateway'), 'SIGTERM');
    await eventually(async () => {
      expect(await isReady()).toBe(503);
    }, TIMEOUT_MS);
    const ended = await Promise.all(runs);

    for (const { error, statuses } of ended) {
      expect(error).toBeUndefined();
      expect(new Set(statuses)).toEqual(new Set([200]));
    }
    await eventually(async () => {
      expect(stack.output()).toContain('ended (exit code 0)');
    }, TIMEOUT_MS);
    for (const { close } of clients) close();
  });
});

describe('a gateway that cannot start', () => {
  const start = (env: Readonly<Record<string, string>>): ChildProcess => {
    const instance = stack.instances.find(({ component }) => component === 'gateway');
    return spawn(process.execPath, [instance?.mainFile ?? ''], {
      env: { ...instance?.env, METRICS_PORT: '', ...PROCESSES, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  };
  const outcomeOf = async (child: ChildProcess) => {
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on('data', (chunk: Buffer) => {
        output += chunk.toString();
      });
    }
    const [code] = await once(child, 'close');
    return { code, output };
  };

  it('a configuration error is reported once, and no process is started', async () => {
    const { code, output } = await outcomeOf(start({ STREAMS_MAX: 'many' }));

    expect(code).toBe(1);
    expect(output.match(/STREAMS_MAX/g)).toHaveLength(1);
  });

  it('a taken port is reported once and ends the component', async () => {
    await eventually(async () => {
      expect((await fetch(`${stack.urls[0]}/healthz`)).status).toBe(200);
    }, TIMEOUT_MS);
    const { code, output } = await outcomeOf(start({}));

    expect(code).toBe(1);
    expect(output.match(/is taken by another program/g)).toHaveLength(1);
  });
});
