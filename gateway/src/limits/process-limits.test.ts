import { loadConfig } from '@flashreserve/ops';
import { BOUNDS } from './bounds';
import { limitSchema } from './config';
import { limitsOfProcess } from './process-limits';

const defaults = { ...loadConfig(limitSchema, {}), TRUST_PROXY_HOPS: 0 };

describe('the limits of a process', () => {
  it('one process has the limits of the gateway', () => {
    expect(limitsOfProcess(defaults, 1)).toEqual({
      server: {
        connectionsMax: BOUNDS.connectionsMax,
        connectionsPerAddressMax: defaults.CONNECTIONS_PER_ADDRESS,
        requestsMax: BOUNDS.requestsMax,
        waitingBytesMax: BOUNDS.waitingBytesMax,
      },
      coldRequestsMax: BOUNDS.coldRequestsMax,
      recentAnswersMax: BOUNDS.recentAnswersMax,
      recentBytesMax: BOUNDS.recentBytesMax,
      streams: { max: defaults.STREAMS_MAX, perAddress: defaults.STREAMS_PER_ADDRESS },
    });
  });

  it('behind a proxy there is no limit per address', () => {
    const { server } = limitsOfProcess({ ...defaults, TRUST_PROXY_HOPS: 1 }, 2);
    expect(server.connectionsPerAddressMax).toBe(0);
  });

  it('any number of processes together keeps the limits, and each can accept a new connection', () => {
    for (let processes = 1; processes <= 64; processes += 1) {
      const settings = { ...defaults, STREAMS_MAX: BOUNDS.streamsMax };
      const { server, coldRequestsMax, streams } = limitsOfProcess(settings, processes);
      expect(processes * server.connectionsMax).toBeLessThanOrEqual(BOUNDS.connectionsMax);
      expect(processes * server.requestsMax).toBeLessThanOrEqual(BOUNDS.requestsMax);
      expect(processes * coldRequestsMax).toBeLessThanOrEqual(BOUNDS.coldRequestsMax);
      expect(processes * streams.max).toBeLessThanOrEqual(BOUNDS.streamsMax);
      expect(server.connectionsMax).toBeGreaterThan(streams.max + server.requestsMax);
    }
  });
});
