import { EventEmitter } from 'node:events';
import type { ServerResponse } from 'node:http';
import type { WatchStockResponse } from '@flashreserve/contracts/catalog';
import { createMetrics, createSilentLogger } from '@flashreserve/ops';
import { createStreamMetrics } from '../metrics/stream-metrics';
import { stockResponse } from '../testing/stock-response';
import type { StockSource, WatchProducts } from './catalog-stock';
import { createStockStreams, createStreamPlaces } from './stock-streams';

const createClient = () => {
  const told: string[] = [];
  const state = { isEnded: false };
  const res = Object.assign(new EventEmitter(), {
    destroyed: false,
    writableEnded: false,
    write: (text: string) => {
      told.push(text);
      return true;
    },
    end: () => {
      state.isEnded = true;
      res.emit('close');
    },
    destroy: () => undefined,
  });
  return { res: res as unknown as ServerResponse, told, state };
};

const createWorld = () => {
  const metrics = createMetrics();
  const watches: {
    readonly ids: readonly string[];
    tell: (reading: WatchStockResponse) => void;
  }[] = [];
  const watch: WatchProducts = (ids, { onReading }) => {
    watches.push({ ids, tell: onReading });
    return () => undefined;
  };
  const source: StockSource = {
    watch,
    listNewest: async () => [],
    read: async (productIds) => productIds.map((productId) => stockResponse(productId, 9)),
  };
  const streams = createStockStreams({
    source,
    limits: { max: 2, perAddress: 0 },
    pulse: {
      listen: (write) => {
        write('pulse');
        return () => undefined;
      },
    },
    measure: createStreamMetrics(metrics),
    log: createSilentLogger(),
  });
  const open = async (following: readonly string[], withPulse = false) => {
    const client = createClient();
    const { signal } = new AbortController();
    const attach = await streams.open({ following, address: '203.0.113.1', signal, withPulse });
    attach(client.res);
    return client;
  };
  const openStreams = async () =>
    /^flashreserve_streams_open (\d+)$/m.exec(await metrics.metrics())?.[1];
  return { streams, open, watches, openStreams };
};

const unitsIn = (told: readonly string[]): readonly string[] =>
  told.flatMap((text) =>
    [...text.matchAll(/"stockQuantity":(\d+)/g)].map(([, units = '']) => units),
  );

describe('the streams of a gateway', () => {
  beforeEach(() => {
    jest.useFakeTimers();
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  it('a stream starts with the retry time and the stock, followed by changes', async () => {
    const { open, watches, streams } = createWorld();
    const { told } = await open(['a']);
    expect(told[0]).toMatch(/^retry: [12]\d{3}\n\n$/);
    jest.advanceTimersByTime(200);
    watches[0]?.tell(stockResponse('a', 8));
    jest.advanceTimersByTime(200);

    expect([watches[0]?.ids, unitsIn(told).at(0), unitsIn(told).at(-1)]).toEqual([['a'], '9', '8']);
    streams.stop();
  });

  it('a stream gets a heartbeat comment every 15 seconds', async () => {
    const { open, streams } = createWorld();
    const { told } = await open(['a']);
    jest.advanceTimersByTime(45_000);

    expect(told.filter((text) => text === ':\n\n')).toHaveLength(3);
    streams.stop();
  });

  it('only streams that request the pulse get it', async () => {
    const { open, streams } = createWorld();
    const [plain, asking] = [await open(['a']), await open(['a'], true)];

    expect([plain.told.includes('pulse'), asking.told.includes('pulse')]).toEqual([false, true]);
    streams.stop();
  });

  it('a stream that ends releases its slot', async () => {
    const { open, streams, openStreams } = createWorld();
    const { res } = await open(['a']);
    await open(['a']);
    await expect(open(['a'])).rejects.toMatchObject({ reason: 'STREAMS_FULL' });
    expect(await openStreams()).toBe('2');

    res.emit('close');

    expect(await openStreams()).toBe('1');
    await expect(open(['a'])).resolves.toBeDefined();
    streams.stop();
  });

  it('a client that disconnects before its stream starts releases its slot', async () => {
    const { streams, open } = createWorld();
    const request = { following: ['a'], address: '203.0.113.1', withPulse: false };
    await streams.open({ ...request, signal: AbortSignal.abort() });
    await streams.open({ ...request, signal: AbortSignal.abort() });

    await expect(open(['a'])).resolves.toBeDefined();
    streams.stop();
  });

  it('all streams end when the gateway stops, and new ones are rejected', async () => {
    const { open, streams } = createWorld();
    const clients = [await open(['a']), await open(['b'])];
    streams.stop();

    expect(clients.map(({ state }) => state.isEnded)).toEqual([true, true]);
    await expect(open(['a'])).rejects.toMatchObject({ reason: 'NOT_READY' });
  });
});

describe('stream slots', () => {
  it('streams above the limit of the gateway are rejected until a slot is released', () => {
    const places = createStreamPlaces({ max: 2, perAddress: 0 });
    const giveBack = places.take('203.0.113.1');
    places.take('203.0.113.1');
    expect(() => places.take('203.0.113.2')).toThrow(
      expect.objectContaining({ reason: 'STREAMS_FULL' }),
    );
    giveBack();
    expect(() => places.take('203.0.113.2')).not.toThrow();
  });

  it('the limit per address rejects further streams of that address only', () => {
    const places = createStreamPlaces({ max: 10, perAddress: 1 });
    places.take('203.0.113.1');
    expect(() => places.take('203.0.113.1')).toThrow(
      expect.objectContaining({ reason: 'STREAMS_LIMITED' }),
    );
    expect(() => places.take('203.0.113.2')).not.toThrow();
  });

  it('a slot is released only once, however often the release is called', () => {
    const places = createStreamPlaces({ max: 2, perAddress: 0 });
    const giveBack = places.take('203.0.113.1');
    giveBack();
    giveBack();
    places.take('203.0.113.1');
    places.take('203.0.113.1');
    expect(() => places.take('203.0.113.1')).toThrow();
  });
});
