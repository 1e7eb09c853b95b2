import type { ComponentName, Instance } from '@flashreserve/scripts/start/topology';
import { startTcpProxy, type TcpProxy } from '../../support/tcp-proxy';

/** A connection of one process to a service or store that faults can disturb. */
export interface NetworkLink {
  /** For example `gateway>reservation-2` or `catalog>mongo`. */
  readonly name: string;
  readonly proxy: TcpProxy;
}

export interface Network {
  readonly links: readonly NetworkLink[];
  /** The instance, connected through its own proxies instead of directly. */
  readonly rewire: (instance: Instance) => Promise<Instance>;
  readonly stop: () => Promise<void>;
}

const IPV4 = 'ipv4:';

/** Creates the proxies of a stack. `labelOf` returns the instance that listens on a port. */
export const createNetwork = (labelOf: (port: number) => string | undefined): Network => {
  const links: NetworkLink[] = [];

  const open = async (name: string, host: string, port: number): Promise<TcpProxy> => {
    const proxy = await startTcpProxy({ host, port });
    links.push({ name, proxy });
    return proxy;
  };

  const rewireTarget = async (client: string, target: string): Promise<string> => {
    const addresses = target.slice(IPV4.length).split(',');
    const proxied = await Promise.all(
      addresses.map(async (address) => {
        const [host = '', port = ''] = address.split(':');
        const server = labelOf(Number(port)) ?? address;
        return (await open(`${client}>${server}`, host, Number(port))).address;
      }),
    );
    return IPV4 + proxied.join(',');
  };

  const rewireUrl = async (name: string, address: string): Promise<string> => {
    const url = new URL(address);
    const proxy = await open(name, url.hostname, Number(url.port));
    url.host = proxy.address;
    // Otherwise the driver would discover the store's own address and bypass the proxy.
    if (url.protocol === 'mongodb:') url.searchParams.set('directConnection', 'true');
    return url.toString();
  };

  return {
    links,
    rewire: async (instance) => {
      const env: Record<string, string> = { ...instance.env };
      for (const variable of CALLS[instance.component]) {
        const target = env[variable];
        if (target?.startsWith(IPV4)) env[variable] = await rewireTarget(instance.label, target);
      }
      for (const [variable, store] of [
        ['MONGO_URI', 'mongo'],
        ['REDIS_URL', 'redis'],
      ] as const) {
        const address = env[variable];
        if (address !== undefined && USES[store].has(instance.component)) {
          env[variable] = await rewireUrl(`${instance.label}>${store}`, address);
        }
      }
      return { ...instance, env };
    },
    stop: async () => {
      await Promise.all(links.map(({ proxy }) => proxy.stop()));
    },
  };
};

/** Which components call which; every component gets all addresses. */
const CALLS: Readonly<Record<ComponentName, readonly string[]>> = {
  auth: [],
  catalog: ['AUTH_ADDRESS'],
  reservation: ['AUTH_ADDRESS', 'CATALOG_ADDRESS'],
  'expiry-worker': ['AUTH_ADDRESS', 'CATALOG_ADDRESS', 'RESERVATION_ADDRESS'],
  gateway: ['AUTH_ADDRESS', 'CATALOG_ADDRESS', 'RESERVATION_ADDRESS'],
};

/** Which components use which store. */
const USES = {
  mongo: new Set<string>(['auth', 'catalog', 'reservation']),
  redis: new Set<string>(['reservation', 'expiry-worker']),
} as const;
