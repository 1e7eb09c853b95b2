import { join } from 'node:path';
import type { ComponentName } from '../start/topology';
import { createMachine, type Machine } from './machine';
import type { Settings } from './settings';

/** The compose project under test. */
export interface Deployment {
  readonly machine: Machine;
  readonly settings: Settings;
  readonly baseUrl: string;
  /** Runs `docker compose` with the project's files and settings. */
  readonly compose: (
    args: readonly string[],
    options?: { readonly deadlineMs?: number },
  ) => Promise<string>;
  /** Runs shell lines as an operator would, in the repository's folder. */
  readonly shell: (lines: string, options?: Settings) => Promise<string>;
  /** Ids of the running containers of one service. */
  readonly containersOf: (service: string) => Promise<readonly string[]>;
}

const PROJECT = 'flashreserve-test';
const SHELL_DEADLINE_MS = 1_200_000;
const COMPOSE_DEADLINE_MS = 600_000;

const lines = (text: string): readonly string[] => text.split('\n').filter((line) => line !== '');

export const createDeployment = (options: {
  readonly machine: Machine;
  readonly root: string;
  readonly composeFiles: readonly string[];
  readonly settings: Settings;
  readonly settingsFile: string;
}): Deployment => {
  const { root, settings } = options;
  const files = [join(root, 'docker-compose.yml'), ...options.composeFiles];
  const machine = createMachine(
    {
      ...options.machine.env,
      COMPOSE_PROJECT_NAME: PROJECT,
      COMPOSE_FILE: files.join(':'),
      COMPOSE_ENV_FILES: options.settingsFile,
      COMPOSE_PROGRESS: 'plain',
    },
    options.machine.say,
  );
  const compose: Deployment['compose'] = (args, { deadlineMs = COMPOSE_DEADLINE_MS } = {}) =>
    machine.run('docker', ['compose', ...args], { deadlineMs });
  return {
    machine,
    settings,
    baseUrl: `http://127.0.0.1:${settings['PORT']}`,
    compose,
    shell: (text, env = {}) =>
      machine.run('sh', ['-ec', `cd "$0"\n${text}`, root], {
        deadlineMs: SHELL_DEADLINE_MS,
        env: { ...machine.env, ...env },
      }),
    containersOf: async (service) => lines(await compose(['ps', '--quiet', service])),
  };
};

/** Containers, networks and volumes that are left of the project. */
export const findLeftovers = async ({ machine }: Deployment): Promise<readonly string[]> => {
  const mine = ['--quiet', '--filter', `label=com.docker.compose.project=${PROJECT}`];
  const found = await Promise.all([
    machine.run('docker', ['ps', '--all', ...mine]),
    machine.run('docker', ['network', 'ls', ...mine]),
    machine.run('docker', ['volume', 'ls', ...mine]),
  ]);
  return found.flatMap(lines);
};

/** Component names in upgrade order. */
export const UPGRADE_ORDER = [
  'auth',
  'catalog',
  'expiry-worker',
  'reservation',
  'gateway',
] as const satisfies readonly ComponentName[];
