import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { endProcess } from '../end-process';
import { pollUntil } from '../poll-until';
import { TaskError } from '../task';
import { createMachine, type Machine, needProgram, succeeds } from './machine';

/** A container engine that responds. */
export interface Engine {
  readonly machine: Machine;
  readonly description: string;
  /** Stops the engine if this test started it, and restores the machine's network rules. */
  readonly stop: () => Promise<void>;
}

const START_DEADLINE_MS = 60_000;
const STOP_DEADLINE_MS = 60_000;
const POLL_MS = 250;

const describeEngine = async ({ run }: Machine): Promise<string> => {
  const engine = await run('docker', ['version', '--format', '{{.Server.Version}}']);
  const compose = await run('docker', ['compose', 'version', '--short']);
  return `Engine ${engine.trim()}, Compose ${compose.trim()}`;
};

const answers = ({ run }: Machine): Promise<boolean> =>
  succeeds(run('docker', ['info'], { deadlineMs: 15_000 }));

const waitForAnswer = async (machine: Machine, daemon: ChildProcess): Promise<void> => {
  const tooLate = (): TaskError =>
    new TaskError('dockerd could not be started; its log is in the cache folder.');
  const isUp = async (): Promise<boolean> => {
    if (await answers(machine)) return true;
    if (daemon.exitCode !== null) throw tooLate();
    return false;
  };
  await pollUntil(isUp, { timeoutMs: START_DEADLINE_MS, everyMs: POLL_MS, tooLate });
};

/**
 * Saves the machine's packet filter so that it can be restored: dockerd leaves its rules behind.
 */
const keepNetwork = async ({ run }: Machine): Promise<() => Promise<void>> => {
  const tables = await run('iptables-save', []);
  const forwarding = (await run('sysctl', ['-n', 'net.ipv4.ip_forward'])).trim();
  return async () => {
    await run('sh', ['-c', 'printf "%s" "$1" | iptables-restore', 'sh', tables]);
    await run('sysctl', ['-q', '-w', `net.ipv4.ip_forward=${forwarding}`]);
    await succeeds(run('ip', ['link', 'delete', 'docker0']));
  };
};

const startOwn = async (base: Machine, folder: string): Promise<Engine> => {
  const program = await needProgram(base, 'dockerd', ['docker.io', 'iptables']);
  const place = join(folder, 'engine');
  mkdirSync(place, { recursive: true });
  const host = `unix://${join(place, 'docker.sock')}`;
  const machine = createMachine({ ...base.env, DOCKER_HOST: host }, base.say);
  const restoreNetwork = await keepNetwork(base);
  const log = openSync(join(place, 'dockerd.log'), 'w');
  base.say('Starting dockerd for this test alone.');
  const daemon = spawn(
    program,
    [
      ...['--data-root', join(place, 'data'), '--exec-root', join(place, 'exec')],
      ...['--pidfile', join(place, 'pid'), '--host', host],
    ],
    { env: { ...base.env }, stdio: ['ignore', log, log] },
  );
  const stop = async (): Promise<void> => {
    await endProcess(daemon, STOP_DEADLINE_MS);
    await restoreNetwork();
  };
  try {
    await waitForAnswer(machine, daemon);
  } catch (error) {
    await stop();
    throw error;
  }
  return { machine, description: `${await describeEngine(machine)}, started by this test`, stop };
};

/**
 * The engine named by the environment (DOCKER_HOST, or the default socket). If none answers, root
 * on Linux installs and starts one from the distribution's packages, with its data in the folder.
 *
 * @throws TaskError when there is none
 */
export const findEngine = async (machine: Machine, folder: string): Promise<Engine> => {
  if (await answers(machine)) {
    return { machine, description: await describeEngine(machine), stop: async () => undefined };
  }
  if (process.platform !== 'linux' || process.getuid?.() !== 0)
    throw new TaskError(
      'No container engine is available (docker info fails), and only root on Linux can start one. Nothing was tested.',
    );
  return startOwn(machine, folder);
};
