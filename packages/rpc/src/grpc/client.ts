import { invariant } from '@flashreserve/ops';
import type { ChannelCredentials, Client, ClientOptions } from '@grpc/grpc-js';
import { createHomes, HOME_BALANCING } from './home/home-balancer';
import type { Homes, Roster } from './home/homes';
import { createProbe } from './home/probe';
import { createChannelCredentials, type MutualTls, toTlsChannelOptions } from './mutual-tls';

export interface ClientConfig {
  /** Full name of the service, for example `flashreserve.catalog.v1.CatalogService`. */
  readonly serviceName: string;
  /**
   * Proto names of the methods that are safe to retry. Only these are retried on UNAVAILABLE, and
   * sent to another instance when theirs falls silent.
   */
  readonly idempotentMethods: readonly string[];
  /**
   * Time in milliseconds after which an instance that answers none of its calls with a `homeKey`
   * loses its keys to others, until it answers again. Default: 500. A service that calls another
   * in turn needs more time than that service, so that callers do not blame it for the other.
   */
  readonly silentAfterMs?: number;
  /** If set, the server must present a certificate for its own name; if unset, plaintext. */
  readonly tls?: MutualTls | undefined;
}

/**
 * DNS name required in the server certificate: `catalog` for
 * `flashreserve.catalog.v1.CatalogService`.
 */
const serverNameOf = (serviceName: string): string => serviceName.split('.')[1] ?? serviceName;

export type ClientConstructor<C extends Client> = new (
  address: string,
  credentials: ChannelCredentials,
  options?: Partial<ClientOptions>,
) => C;

/** Far above the duration of a batch, so that only a hanging instance reaches it. */
const SILENT_AFTER_MS = 500;

const RETRY_POLICY = {
  maxAttempts: 3,
  initialBackoff: '0.05s',
  maxBackoff: '0.5s',
  backoffMultiplier: 2,
  retryableStatusCodes: ['UNAVAILABLE'],
};

interface ClientParts {
  readonly roster: Roster;
  /** Paths of the idempotent methods: `/package.Service/Method`. */
  readonly idempotentPaths: ReadonlySet<string>;
}

const partsByClient = new WeakMap<Client, ClientParts>();

/** What `createClient` keeps of a client; undefined if it did not create the client. */
export const findParts = (client: Client): ClientParts | undefined => partsByClient.get(client);

/** Where the calls of a client go by their `homeKey`. The client must be one of `createClient`. */
export const homesOf = (client: Client): Homes => {
  const parts = findParts(client);
  invariant(parts !== undefined, 'The client was not created by createClient.');
  return parts.roster;
};

/**
 * Creates the client of a service, one per process. A call with a `homeKey` goes to the key's home,
 * other calls are balanced over all addresses of the target. Keepalive detects dead or frozen
 * peers, and retries are throttled when most calls fail.
 */
export const createClient = <C extends Client>(
  Constructor: ClientConstructor<C>,
  target: string,
  config: ClientConfig,
): C => {
  const channelCredentials = createChannelCredentials(config.tls);
  const { roster, options } = createHomes({
    silentAfterMs: config.silentAfterMs ?? SILENT_AFTER_MS,
    probe: (address) => probe(address),
  });
  const client = new Constructor(target, channelCredentials, {
    ...options,
    ...toTlsChannelOptions({ tls: config.tls, serverName: serverNameOf(config.serviceName) }),
    'grpc.service_config': JSON.stringify({
      loadBalancingConfig: [HOME_BALANCING],
      methodConfig: [
        {
          name: config.idempotentMethods.map((method) => ({ service: config.serviceName, method })),
          retryPolicy: RETRY_POLICY,
        },
      ],
      retryThrottling: { maxTokens: 100, tokenRatio: 0.1 },
    }),
    // Calls to a hanging peer run into their deadline until keepalive detects it, after at most 13
    // s. A shorter time would drop connections to services whose event loop stalls under load,
    // which fails all calls on them.
    'grpc.keepalive_time_ms': 10_000,
    'grpc.keepalive_timeout_ms': 3_000,
    'grpc.keepalive_permit_without_calls': 1,
    // With the default of 30 s, a replaced instance would stay unknown for that long.
    'grpc.dns_min_time_between_resolutions_ms': 1_000,
    'grpc.initial_reconnect_backoff_ms': 100,
    'grpc.max_reconnect_backoff_ms': 2_000,
    'grpc.enable_channelz': 0,
  });
  const probe = createProbe(client, channelCredentials);
  const { serviceName, idempotentMethods } = config;
  partsByClient.set(client, {
    roster,
    idempotentPaths: new Set(idempotentMethods.map((method) => `/${serviceName}/${method}`)),
  });
  return client;
};
