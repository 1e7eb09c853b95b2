import { type HttpServerLimits, shareOf } from '@flashreserve/ops';
import { BOUNDS } from './bounds';

/** The limits that one process of a gateway applies. */
export interface ProcessLimits {
  readonly server: Pick<
    HttpServerLimits,
    'connectionsMax' | 'connectionsPerAddressMax' | 'requestsMax' | 'waitingBytesMax'
  >;
  readonly coldRequestsMax: number;
  readonly recentAnswersMax: number;
  readonly recentBytesMax: number;
  readonly streams: {
    readonly max: number;
    /** 0 means no limit. */
    readonly perAddress: number;
  };
}

interface LimitSettings {
  readonly TRUST_PROXY_HOPS: number;
  readonly CONNECTIONS_PER_ADDRESS: number;
  readonly STREAMS_MAX: number;
  readonly STREAMS_PER_ADDRESS: number;
}

/**
 * Divides the limits of a gateway among its processes, so that the gateway as a whole never exceeds
 * them. Connections are distributed in turn, so every process gets about its share of the load.
 */
export const limitsOfProcess = (config: LimitSettings, processes: number): ProcessLimits => {
  const share = (limit: number): number => shareOf(limit, processes);
  return {
    server: {
      connectionsMax: share(BOUNDS.connectionsMax),
      // Behind proxies every connection has their address.
      connectionsPerAddressMax:
        config.TRUST_PROXY_HOPS === 0 ? share(config.CONNECTIONS_PER_ADDRESS) : 0,
      requestsMax: share(BOUNDS.requestsMax),
      waitingBytesMax: share(BOUNDS.waitingBytesMax),
    },
    coldRequestsMax: share(BOUNDS.coldRequestsMax),
    recentAnswersMax: share(BOUNDS.recentAnswersMax),
    recentBytesMax: share(BOUNDS.recentBytesMax),
    streams: { max: share(config.STREAMS_MAX), perAddress: share(config.STREAMS_PER_ADDRESS) },
  };
};
