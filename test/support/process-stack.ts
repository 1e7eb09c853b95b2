import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { startStack } from '../../scripts/src/start/stack';
import {
  COMPONENT_NAMES,
  type ComponentName,
  type Instance,
  planInstances,
  type Scale,
  SINGLE_INSTANCES,
} from '../../scripts/src/start/topology';
import { watchClientConnections } from './client-connections';
import { freePort } from './free-port';
import { type StackSettings, testStackEnvironment } from './test-secrets';

const ROOT = resolve(__dirname, '../..');
const HOST = '127.0.0.1';
/** The same as in `npm start`. */
const KILL_AFTER_MS = 15_000;

export interface ProcessStack {
  /** Base URL of each gateway. */
  readonly urls: readonly [string, ...string[]];
  readonly instances: readonly Instance[];
  readonly env: Readonly<Record<string, string>>;
  /** All output of the components so far. */
  readonly output: () => string;
  /** Process id of an instance, by label, for example `catalog` or `catalog-2`. */
  readonly pidOf: (label: string) => number;
  /** Kills an instance with SIGKILL; the supervisor restarts it. */
  readonly kill: (label: string) => void;
  readonly stop: () => Promise<void>;
  /** Stops all processes at the same time instead of one component after another. */
  readonly stopAtOnce: () => Promise<void>;
}

export interface ProcessSettings extends StackSettings {
  readonly scale?: Partial<Scale>;
  /** Ports of the first instances; free ports by default. */
  readonly ports?: Readonly<Record<ComponentName, number>>;
  /** Final change to each process's environment, for example to insert a proxy before a service. */
  readonly rewireEnv?: (instance: Instance) => Readonly<Record<string, string>>;
}

/** A free port for each component. */
export const freePorts = async (): Promise<Record<ComponentName, number>> => {
  const ports: Record<ComponentName, number> = {
    auth: 0,
    catalog: 0,
    reservation: 0,
    'expiry-worker': 0,
    gateway: 0,
  };
  for (const component of COMPONENT_NAMES) ports[component] = await freePort();
  return ports;
};

/** Starts the compiled components as processes, like `npm start`. */
export const startProcessStack = async (settings: ProcessSettings): Promise<ProcessStack> => {
  const env = testStackEnvironment(settings);
  const planned = planInstances({
    root: ROOT,
    scale: { ...SINGLE_INSTANCES, ...settings.scale },
    host: HOST,
    basePorts: settings.ports ?? (await freePorts()),
    sharedEnv: env,
  });
  const instances = planned.map((instance) => ({
    ...instance,
    env: { ...instance.env, ...settings.rewireEnv?.(instance) },
  }));
  for (const { mainFile } of instances) {
    if (!existsSync(mainFile))
      throw new Error(
        `${mainFile} is missing: run this suite through \`npm test\`, which compiles first.`,
      );
  }
  const clients = watchClientConnections();
  const lines: string[] = [];
  const stack = await startStack(instances, {
    host: HOST,
    writeLine: (label, line) => {
      lines.push(`${label} ${line}`);
    },
    onReady: () => undefined,
    signal: new AbortController().signal,
  }).catch((error: unknown) => {
    throw new Error(`The stack did not start:\n${lines.join('\n')}`, { cause: error });
  });
  const pidOf = (label: string): number => {
    const pid = stack.processes.find(({ instance }) => instance.label === label)?.pid();
    if (pid === undefined) throw new Error(`${label} does not run.`);
    return pid;
  };
  const [firstUrl = '', ...otherUrls] = instances
    .filter(({ component }) => component === 'gateway')
    .map(({ port }) => `http://${HOST}:${port}`);
  const urls = [firstUrl, ...otherUrls] as const;
  return {
    urls,
    instances,
    env,
    output: () => lines.join('\n'),
    pidOf,
    kill: (label) => {
      process.kill(pidOf(label), 'SIGKILL');
    },
    stop: () => {
      clients.closeIdle(urls);
      return stack.stop();
    },
    stopAtOnce: async () => {
      clients.closeIdle(urls);
      await Promise.all(stack.processes.map((process) => process.stop(KILL_AFTER_MS)));
    },
  };
};
