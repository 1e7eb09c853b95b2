import { join, resolve } from 'node:path';
import { tlsFilesOf } from '../dev-ca/write-identities';

/** The five components in the order in which they start; they stop in the opposite order. */
export const COMPONENT_NAMES = [
  'auth',
  'catalog',
  'reservation',
  'expiry-worker',
  'gateway',
] as const;

export type ComponentName = (typeof COMPONENT_NAMES)[number];

/** How many instances of each component run. */
export type Scale = Readonly<Record<ComponentName, number>>;

export const SINGLE_INSTANCES: Scale = {
  auth: 1,
  catalog: 1,
  reservation: 1,
  'expiry-worker': 1,
  gateway: 1,
};

interface ComponentFacts {
  /** Folder below the repository. */
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

/** One process to run. */
export interface Instance {
  readonly component: ComponentName;
  /** `catalog`, or `catalog-2` for the second one. */
  readonly label: string;
  readonly mainFile: string;
  readonly port: number;
  /** Where it serves its metrics, if it does. */
  readonly metricsPort?: number;
  readonly env: Readonly<Record<string, string>>;
  /** Further options of Node itself, for example to write a profile. */
  readonly nodeArguments?: readonly string[];
}

export interface TopologyInput {
  readonly root: string;
  readonly scale: Scale;
  readonly host: string;
  /** Port of the first instance of each component. */
  readonly basePorts: Readonly<Record<ComponentName, number>>;
  /** Secrets, store addresses and everything else that all components share. */
  readonly sharedEnv: Readonly<Record<string, string>>;
  /** Where metrics are served: the first process at this port, the next ones at those after it. Without it none are. */
  readonly metrics?: MetricsPlace;
}

export interface MetricsPlace {
  readonly host: string;
  readonly port: number;
}

/** Further instances of a component listen this many ports higher, so that the usual ports do not overlap. */
const INSTANCE_PORT_STEP = 10;

const portOf = (input: TopologyInput, component: ComponentName, index: number): number =>
  input.basePorts[component] + index * INSTANCE_PORT_STEP;

/** A gRPC target that names every instance, so that clients spread their calls. */
const grpcTarget = (input: TopologyInput, component: ComponentName): string => {
  const addresses = Array.from(
    { length: input.scale[component] },
    (_, index) => `${input.host}:${portOf(input, component, index)}`,
  );
  return `ipv4:${addresses.join(',')}`;
};

/** With GRPC_TLS_DIR each component gets the files of its own from there; else what is set for all stays. */
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

/** Lists the processes of a stack with the environment of each. */
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

/** Stands for every address of the machine. */
const ANY_ADDRESS = '0.0.0.0';

/** Where programs on this machine reach the first gateway. */
export const restUrlOf = (instances: readonly Instance[], host: string): string => {
  const port = instances.find(({ component }) => component === 'gateway')?.port ?? 0;
  return `http://${host === ANY_ADDRESS ? '127.0.0.1' : host}:${port}`;
};
