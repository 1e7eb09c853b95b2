import { isIP, isIPv4 } from 'node:net';
import { ConfigError, loadConfig, wholeNumber } from '@flashreserve/ops';
import { z } from 'zod';
import { type CommandLine, readOptions } from '../options';
import { TaskError } from '../task';
import {
  COMPONENT_FACTS,
  COMPONENT_NAMES,
  type ComponentName,
  type MetricsPlace,
  type Scale,
  SINGLE_INSTANCES,
} from './topology';

const INSTANCES_MAX = 8;
const PORT_MAX = 65_535;
const HOST_DEFAULT = '127.0.0.1';
/** As in the containers; also the default port of OpenTelemetry's Prometheus exporter. */
const METRICS_PORT_DEFAULT = 9_464;
/** Leaves room for the following ports, one per process. */
const METRICS_PORT_MAX = PORT_MAX - COMPONENT_NAMES.length * INSTANCES_MAX;

const isComponent = (name: string): name is ComponentName =>
  (COMPONENT_NAMES as readonly string[]).includes(name);

/** `catalog=2`; undefined for anything else. */
const readInstances = (value: string): readonly [ComponentName, number] | undefined => {
  const [, name = '', count] = /^([a-z-]+)=(\d+)$/.exec(value) ?? [];
  const instances = Number(count);
  if (!isComponent(name) || instances < 1 || instances > INSTANCES_MAX) return undefined;
  return [name, instances];
};

const START = {
  command: 'npm start',
  about: `Installs and compiles what is needed, starts a private MongoDB and Redis (or uses MONGO_URI and REDIS_URL), starts all five
components, and prints their addresses and a login. Ctrl-C stops everything; the data stays in .data. Settings are variables of the
environment or lines in .env; .env.example lists them all.`,
  options: {
    scale: {
      kind: 'list',
      value: 'COMPONENT=N',
      help: `number of instances, 1 to ${INSTANCES_MAX}, of ${COMPONENT_NAMES.join(', ')}`,
      accepts: (value: string) => readInstances(value) !== undefined,
      mustBe: `COMPONENT=N, with 1 to ${INSTANCES_MAX} instances of ${COMPONENT_NAMES.join(', ')}`,
    },
  },
} as const satisfies CommandLine;

/**
 * Parses `--scale catalog=2 --scale gateway=2`, the syntax of docker compose.
 *
 * @throws TaskError that explains the syntax, or HelpWanted
 */
export const parseScale = (args: readonly string[]): Scale => {
  const given = readOptions(START, args).scale.flatMap((value) => {
    const instances = readInstances(value);
    return instances === undefined ? [] : [instances];
  });
  return { ...SINGLE_INSTANCES, ...Object.fromEntries(given) };
};

const portField = (fallback: number, max = PORT_MAX) =>
  wholeNumber({ min: 1, max }).default(fallback);

/** Bind addresses and ports of a local stack, where they differ from the components' own rules. */
export const placesSchema = z.object({
  HOST: z
    .string()
    // Some shells export a host name as HOST.
    .refine(isIPv4, `must be an IPv4 address of this machine; unset it to use ${HOST_DEFAULT}`)
    .default(HOST_DEFAULT),
  AUTH_GRPC_PORT: portField(COMPONENT_FACTS.auth.defaultPort),
  CATALOG_GRPC_PORT: portField(COMPONENT_FACTS.catalog.defaultPort),
  RESERVATION_GRPC_PORT: portField(COMPONENT_FACTS.reservation.defaultPort),
  WORKER_HTTP_PORT: portField(COMPONENT_FACTS['expiry-worker'].defaultPort),
  PORT: portField(COMPONENT_FACTS.gateway.defaultPort),
  /** Port of the first process; the others use the following ports. */
  METRICS_PORT: portField(METRICS_PORT_DEFAULT, METRICS_PORT_MAX),
  /** On this machine only by default, because metrics need no authentication. */
  METRICS_HOST: z
    .string()
    .refine(
      (host) => isIP(host) !== 0 || host === 'localhost',
      'must be an IP address of this machine',
    )
    .default(HOST_DEFAULT),
});

export interface Places {
  readonly host: string;
  /** Port of the first instance of each component. */
  readonly basePorts: Readonly<Record<ComponentName, number>>;
  readonly metrics: MetricsPlace;
}

/**
 * Reads the bind addresses and ports of a local stack.
 *
 * @throws TaskError that names every invalid variable
 */
export const readPlaces = (env: NodeJS.ProcessEnv): Places => {
  try {
    const { HOST, METRICS_HOST, METRICS_PORT, ...ports } = loadConfig(placesSchema, env);
    return {
      host: HOST,
      basePorts: {
        auth: ports.AUTH_GRPC_PORT,
        catalog: ports.CATALOG_GRPC_PORT,
        reservation: ports.RESERVATION_GRPC_PORT,
        'expiry-worker': ports.WORKER_HTTP_PORT,
        gateway: ports.PORT,
      },
      metrics: { host: METRICS_HOST, port: METRICS_PORT },
    };
  } catch (error) {
    throw error instanceof ConfigError ? new TaskError(error.message) : error;
  }
};
