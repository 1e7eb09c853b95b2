import { join, resolve } from 'node:path';
import { tlsFilesOf } from '../dev-ca/write-identities';

/** The five components in start order; they stop in reverse. */
export const COMPONENT_NAMES = [
  'auth',
  'catalog',
  'reservation',
  'expiry-worker',
  'gateway',
] as const;

export type ComponentName = (typeof COMPONENT_NAMES)[number];

/** Number of instances of each component. */
export type Scale = Readonly<Record<ComponentName, number>>;

export const SINGLE_INSTANCES: Scale = {
  auth: 1,
  catalog: 1,
  reservation: 1,
  'expiry-worker': 1,
  gateway: 1,
};

interface ComponentFacts {
  /** Relative to the repository root. */
  readonly folder: string;
  /** Environment variable that holds its port. */
  readonly portVariable: string;
  readonly defaultPort: number;
}

export const COMPONENT_FACTS: Readonly<Record<ComponentName, ComponentFacts>> = {
  auth: { folder: 'services/auth', portVariable: 'AUTH_GRPC_PORT', defaultPort: 50_051 },
  catalog: { folder: 'services/catalog', portVariable: 'CATALOG_GRPC_PORT', defaultPort: 50_052 },
  reservation: {
    folder: 'services/reservation',
    portVariable: 'RESERVATION_GRPC_PORT',
    defaultPort: 50_053,
  },
  'expiry-worker': {
    folder: 'services/expiry-worker',
    portVariable: 'WORKER_HTTP_PORT',
    defaultPort: 3_100,
  },
  gateway: { folder: 'gateway', portVariable: 'PORT', defaultPort: 3_000 },
};

/** A process to run. */
export interface Instance {
  readonly component: ComponentName;
  /** `catalog`, or `catalog-2` for the second instance. */
  readonly label: string;
  readonly mainFile: string;
  readonly port: number;
  /** Port of its metrics, if it serves any. */
  readonly metricsPort?: number;
  readonly env: Readonly<Record<string, string>>;
  /** Additional Node options, for example to write a profile. */
  readonly nodeArguments?: readonly string[];
}

export interface TopologyInput {
  readonly root: string;
  readonly scale: Scale;
  readonly host: string;
  /** Port of the first instance of each component. */
  readonly basePorts: Readonly<Record<ComponentName, number>>;
  /** Secrets, store addresses and all other shared variables. */
  readonly sharedEnv: Readonly<Record<string, string>>;
  /**
   * The first process serves metrics on this port, the next ones on the following ports. No metrics
   * if omitted.
   */
  readonly metrics?: MetricsPlace;
}

export interface MetricsPlace {
  readonly host: string;
  readonly port: number;
}

/** Port offset between instances of a component, large enough that default ports do not overlap. */
const INSTANCE_PORT_STEP = 10;

const portOf = (input: TopologyInput, component: ComponentName, index: number): number =>
  input.basePorts[component] + index * INSTANCE_PORT_STEP;

/** A gRPC target with all instances, so that clients spread their calls. */
const grpcTarget = (input: TopologyInput, component: ComponentName): string => {
  const addresses = Array.from(
    { length: input.scale[component] },
    (_, index) => `${input.host}:${portOf(input, component, index)}`,
  );
  return `ipv4:${addresses.join(',')}`;
};

/**
 * With GRPC_TLS_DIR, each component gets its own files from there; otherwise the shared settings
 * apply.
 */
const tlsEnvironment = (
  { root, sharedEnv }: TopologyInput,
  component: ComponentName,
): Readonly<Record<string, string>> => {
  const folder = sharedEnv['GRPC_TLS_DIR'];
  return folder ? tlsFilesOf(resolve(root, folder), component) : {};
};

const withMetrics = (instance: Instance, { host, port }: MetricsPlace, index: number): Instance => {
  const metricsPort = port + index;
  const env = { ...instance.env, METRICS_HOST: host, METRICS_PORT: String(metricsPort) };
  return { ...instance, metricsPort, env };
};

/** Lists the processes of a stack, each with its environment. */
export const planInstances = (input: TopologyInput): readonly Instance[] => {
  const addresses = {
    AUTH_ADDRESS: grpcTarget(input, 'auth'),
    CATALOG_ADDRESS: grpcTarget(input, 'catalog'),
    RESERVATION_ADDRESS: grpcTarget(input, 'reservation'),
    WORKER_URL: `http://${input.host}:${input.basePorts['expiry-worker']}`,
  };
  const instances = COMPONENT_NAMES.flatMap((component) =>
    Array.from({ length: input.scale[component] }, (_, index) => {
      const { folder, portVariable } = COMPONENT_FACTS[component];
      const port = portOf(input, component, index);
      return {
        component,
        label: input.scale[component] === 1 ? component : `${component}-${index + 1}`,
        mainFile: join(input.root, folder, 'dist/main.js'),
        port,
        env: {
          ...input.sharedEnv,
          ...addresses,
          ...tlsEnvironment(input, component),
          HOST: input.host,
          [portVariable]: String(port),
        },
      };
    }),
  );
  const { metrics } = input;
  return metrics === undefined
    ? instances
    : instances.map((instance, index) => withMetrics(instance, metrics, index));
};

/** Binds to all addresses of the machine. */
const ANY_ADDRESS = '0.0.0.0';

/** URL of the first gateway for programs on this machine. */
export const restUrlOf = (instances: readonly Instance[], host: string): string => {
  const port = instances.find(({ component }) => component === 'gateway')?.port ?? 0;
  return `http://${host === ANY_ADDRESS ? '127.0.0.1' : host}:${port}`;
};
