import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cacheFolder } from '@flashreserve/local-stores';
import { prepareBaseImages } from './containers/base-images';
import { withClient } from './containers/client';
import { findEngine } from './containers/engine';
import { createMachine } from './containers/machine';
import { testDeployment } from './containers/test-deployment';
import { type CommandLine, readOptions } from './options';
import { reportFailure, type TaskInput } from './task';

const startedAt = Date.now();

const say = (line: string): void => {
  const seconds = ((Date.now() - startedAt) / 1_000).toFixed(0).padStart(4);
  process.stdout.write(`${seconds} s  ${line}\n`);
};

const CONTAINERS = {
  command: 'npm run test:containers',
  about: `Builds the images, starts the compose stack, runs the operators' procedures on it under load, then removes it. Needs a
container engine, or root on Debian to install one.`,
  options: {},
} as const satisfies CommandLine;

/**
 * Builds the images, starts the compose stack, runs the operators' procedures on it under load,
 * then removes it. Needs a container engine, or root on Debian to install one.
 *
 * @throws TaskError without either
 */
const testContainers = async (root: string): Promise<void> => {
  const cache = join(cacheFolder(process.env), 'containers');
  mkdirSync(cache, { recursive: true });
  const folder = mkdtempSync(join(tmpdir(), 'flashreserve-containers-'));
  try {
    const client = await withClient(createMachine(process.env, say), cache);
    const engine = await findEngine(client, cache);
    say(engine.description);
    try {
      const source = await prepareBaseImages(engine.machine, root, cache);
      await testDeployment({ machine: engine.machine, root, folder, source });
      say('All steps passed.');
    } finally {
      await engine.stop();
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
};

/** Tests the images and the compose stack. */
export const main = async ({ root, args }: TaskInput): Promise<void> => {
  try {
    readOptions(CONTAINERS, args);
    await testContainers(root);
  } catch (error) {
    reportFailure(error);
  }
};
