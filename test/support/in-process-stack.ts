import { createApp as createAuth } from '@flashreserve/auth';
import { createApp as createCatalog } from '@flashreserve/catalog';
import { createApp as createExpiryWorker } from '@flashreserve/expiry-worker';
import { createApp as createGateway } from '@flashreserve/gateway';
import {
  createLifecycle,
  createSilentLogger,
  type Logger,
  loadConfig,
  type Tracing,
} from '@flashreserve/ops';
import { createApp as createReservation } from '@flashreserve/reservation';
import { configSchema as gatewayConfig } from '../../gateway/src/config';
import { configSchema as authConfig } from '../../services/auth/src/config';
import { configSchema as catalogConfig } from '../../services/catalog/src/config';
import { configSchema as workerConfig } from '../../services/expiry-worker/src/config';
import { configSchema as reservationConfig } from '../../services/reservation/src/config';
import { watchClientConnections } from './client-connections';
import { type StackSettings, testStackEnvironment } from './test-secrets';

export interface InProcessStack {
  /** Base URL of each gateway. */
  readonly urls: readonly [string, ...string[]];
  readonly grpc: { readonly auth: string; readonly catalog: string; readonly reservation: string };
  readonly workerPort: number;
  readonly env: Readonly<Record<string, string>>;
  readonly stop: () => Promise<void>;
}

export interface InProcessSettings extends StackSettings {
  /** Instances of catalog, reservation, expiry-worker and gateway; 1 by default. */
  readonly instances?: number;
  /** Additional dependencies of each component; by default without log output and traces. */
  readonly depsOf?: (component: string) => { readonly log: Logger; readonly tracing: Tracing };
  /** Additional variables of one component, shared by all its instances. */
  readonly envOf?: (component: string) => Readonly<Record<string, string>>;
}

/** Starts all five components in this process on free ports, with their real wiring. */
export const startInProcessStack = async (settings: InProcessSettings): Promise<InProcessStack> => {
  const log = createSilentLogger();
  const { instances = 1, depsOf = () => ({ log }) } = settings;
  const clients = watchClientConnections();
  const lifecycle = createLifecycle({ log, stepTimeoutMs: 20_000 });
  const env: Record<string, string> = {
    ...testStackEnvironment(settings),
    HOST: '127.0.0.1',
    ...settings.env,
  };
  const anyPort = {
    PORT: '0',
    AUTH_GRPC_PORT: '0',
    CATALOG_GRPC_PORT: '0',
    RESERVATION_GRPC_PORT: '0',
    WORKER_HTTP_PORT: '0',
  };

  const startAll = async (
    name: string,
    count: number,
    start: () => Promise<{ readonly port: number; readonly stop: () => Promise<void> }>,
  ) => {
    const ports: number[] = [];
    for (let index = 0; index < count; index += 1) {
      const app = await start();
      lifecycle.onStop(name, app.stop);
      ports.push(app.port);
    }
    return ports;
  };
  const target = (ports: readonly number[]): string =>
    `ipv4:${ports.map((port) => `127.0.0.1:${port}`).join(',')}`;
  const full = (component: string): Record<string, string> => ({
    ...env,
    ...anyPort,
    ...settings.envOf?.(component),
  });

  const auth = await startAll('auth', 1, () =>
    createAuth(loadConfig(authConfig, full('auth')), depsOf('auth')),
  );
  env['AUTH_ADDRESS'] = target(auth);
  const catalog = await startAll('catalog', instances, () =>
    createCatalog(loadConfig(catalogConfig, full('catalog')), depsOf('catalog')),
  );
  env['CATALOG_ADDRESS'] = target(catalog);
  const reservation = await startAll('reservation', instances, () =>
    createReservation(loadConfig(reservationConfig, full('reservation')), depsOf('reservation')),
  );
  env['RESERVATION_ADDRESS'] = target(reservation);
  const worker = await startAll('expiry-worker', instances, () =>
    createExpiryWorker(loadConfig(workerConfig, full('expiry-worker')), depsOf('expiry-worker')),
  );
  env['WORKER_URL'] = `http://127.0.0.1:${worker[0]}`;
  const gateway = await startAll('gateway', instances, () =>
    createGateway(loadConfig(gatewayConfig, full('gateway')), depsOf('gateway')),
  );

  const [first = '', ...others] = gateway.map((port) => `http://127.0.0.1:${port}`);
  const urls = [first, ...others] as const;
  return {
    urls,
    grpc: { auth: target(auth), catalog: target(catalog), reservation: target(reservation) },
    workerPort: worker[0] ?? 0,
    env,
    stop: () => {
      clients.closeIdle(urls);
      return lifecycle.stop();
    },
  };
};
