import { createApp as createGateway } from '@flashreserve/gateway';
import { createSilentLogger, loadConfig } from '@flashreserve/ops';
import { configSchema } from '../../../gateway/src/config';
import { freePort } from '../../support/free-port';
import type { InProcessStack } from '../../support/in-process-stack';
import { startTcpProxy, type TcpProxy } from '../../support/tcp-proxy';
import type { startSilentNameServer } from './silent-name-server';

/** A gateway of the stack that reaches one of its dependencies through a proxy that can hang. */
export interface ProxiedGateway {
  readonly url: string;
  readonly metricsUrl: string;
  readonly freeze: () => void;
  readonly heal: () => void;
  readonly stop: () => Promise<void>;
}

const SERVICE_ADDRESSES = {
  auth: 'AUTH_ADDRESS',
  catalog: 'CATALOG_ADDRESS',
  reservation: 'RESERVATION_ADDRESS',
} as const;

export const DEPENDENCIES = ['auth', 'catalog', 'reservation', 'redis', 'dns'] as const;
export type Dependency = (typeof DEPENDENCIES)[number];

const portOf = (target: string): number => Number(target.slice(target.lastIndexOf(':') + 1));

const startWith = async (
  { env }: InProcessStack,
  own: Readonly<Record<string, string>>,
  proxy: TcpProxy | undefined,
): Promise<ProxiedGateway> => {
  const metricsPort = await freePort();
  const config = loadConfig(configSchema, {
    ...env,
    PORT: '0',
    METRICS_PORT: String(metricsPort),
    ...own,
  });
  const app = await createGateway(config, { log: createSilentLogger() });
  return {
    url: `http://127.0.0.1:${app.port}`,
    metricsUrl: `http://127.0.0.1:${metricsPort}/metrics`,
    freeze: () => proxy?.setMode('freeze'),
    heal: () => proxy?.setMode('pass'),
    stop: async () => {
      await app.stop();
      await proxy?.stop();
    },
  };
};

/**
 * Its name server hangs from the start, because a gateway does not resolve a known address again.
 */
export const startProxiedGateway = async (
  stack: InProcessStack,
  dependency: Dependency,
  nameServer: Awaited<ReturnType<typeof startSilentNameServer>>,
): Promise<ProxiedGateway> => {
  if (dependency === 'dns') {
    const address = `dns://${nameServer.address}/catalog.test:50051`;
    return startWith(stack, { CATALOG_ADDRESS: address }, undefined);
  }
  if (dependency === 'redis') {
    const url = new URL(stack.env['REDIS_URL'] ?? '');
    const proxy = await startTcpProxy({ host: url.hostname, port: Number(url.port || 6_379) });
    url.host = proxy.address;
    return startWith(stack, { REDIS_URL: url.toString() }, proxy);
  }
  const proxy = await startTcpProxy({ port: portOf(stack.grpc[dependency]) });
  return startWith(stack, { [SERVICE_ADDRESSES[dependency]]: `ipv4:${proxy.address}` }, proxy);
};
