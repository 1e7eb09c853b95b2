import { isIPv4 } from 'node:net';
import { parseArgs } from 'node:util';
import { TaskError } from '../task';
import {
  COMPONENT_FACTS,
  COMPONENT_NAMES,
  type ComponentName,
  type MetricsPlace,
  type Scale,
  SINGLE_INSTANCES,
} from './topology';

const USAGE = `Usage: npm start [-- --scale COMPONENT=N ...]   components: ${COMPONENT_NAMES.join(', ')}`;
const INSTANCES_MAX = 8;
const PORT_MAX = 65_535;
const HOST_DEFAULT = '127.0.0.1';
/** As in the containers, and where OpenTelemetry's exporter for Prometheus listens. */
const METRICS_PORT_DEFAULT = 9_464;
/** So that the ports after it, one for each process, exist. */
const METRICS_PORT_MAX = PORT_MAX - COMPONENT_NAMES.length * INSTANCES_MAX;

const isComponent = (name: string): name is ComponentName =>
  (COMPONENT_NAMES as readonly string[]).includes(name);

/**
 * Reads `--scale catalog=2 --scale gateway=2`, as docker compose writes it.
 *
 * @throws TaskError that says how to write it
 */
export const parseScale = (args: readonly string[]): Scale => {
  const scale: Record<ComponentName, number> = { ...SINGLE_INSTANCES };
  for (const value of readScaleOptions(args)) {
    const [, name, count] = /^([a-z-]+)=(\d+)$/.exec(value) ?? [];
    if (name === undefined || !isComponent(name)) {
      throw new TaskError(`Not understood: --scale ${value}\n${USAGE}`);
    }
    const instances = Number(count);
    if (instances < 1 || instances > INSTANCES_MAX) {
      throw new TaskError(`--scale ${value}: 1 to ${INSTANCES_MAX} instances, please.\n${USAGE}`);
    }
    scale[name] = instances;
  }
  return scale;
};

const readScaleOptions = (args: readonly string[]): readonly string[] => {
  try {
    return (
      parseArgs({ args: [...args], options: { scale: { type: 'string', multiple: true } } }).values
        .scale ?? []
    );
  } catch (error) {
    throw new TaskError(`${error instanceof Error ? error.message : String(error)}\n${USAGE}`);
  }
};

const readPort = (
  env: NodeJS.ProcessEnv,
  variable: string,
  otherwise: number,
  max = PORT_MAX,
): number => {
  const text = env[variable];
  if (text === undefined || text === '') return otherwise;
  const port = Number(text);
  if (!Number.isInteger(port) || port < 1 || port > max) {
    throw new TaskError(`${variable} must be a port from 1 to ${max}, not "${text}".`);
  }
  return port;
};

/**
 * Reads where metrics are served: METRICS_PORT is the first process's port. On this machine only, unless METRICS_HOST
 * says another address: they ask for no password.
 *
 * @throws TaskError that names the variable
 */
export const readMetricsPlace = (env: NodeJS.ProcessEnv): MetricsPlace => ({
  host: env['METRICS_HOST'] || HOST_DEFAULT,
  port: readPort(env, 'METRICS_PORT', METRICS_PORT_DEFAULT, METRICS_PORT_MAX),
});

/**
 * Reads each component's port from the environment.
 *
 * @throws TaskError that names the variable
 */
export const readBasePorts = (env: NodeJS.ProcessEnv): Readonly<Record<ComponentName, number>> => {
  const read = (component: ComponentName): number => {
    const { portVariable, defaultPort } = COMPONENT_FACTS[component];
    return readPort(env, portVariable, defaultPort);
  };
  return {
    auth: read('auth'),
    catalog: read('catalog'),
    reservation: read('reservation'),
    'expiry-worker': read('expiry-worker'),
    gateway: read('gateway'),
  };
};

/**
 * Reads the address to bind to. Some shells export a HOST of their own, so a name is refused with a sentence.
 *
 * @throws TaskError when it is no IPv4 address
 */
export const readHost = (env: NodeJS.ProcessEnv): string => {
  const host = env['HOST'] || HOST_DEFAULT;
  if (!isIPv4(host)) {
    throw new TaskError(
      `HOST must be an IPv4 address of this machine, not "${host}"; unset it to use ${HOST_DEFAULT}.`,
    );
  }
  return host;
};
