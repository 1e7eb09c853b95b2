import { join } from 'node:path';
import { isClean, renderReport, runAudit } from '@flashreserve/audit';
import { pollUntil } from '../poll-until';
import type { ImageSource } from './base-images';
import { ContainerTestError, check } from './check';
import { createDeployment, type Deployment, findLeftovers, UPGRADE_ORDER } from './deployment';
import type { Machine } from './machine';
import { HOLD_SECONDS, makeSettings, writeSettings } from './settings';
import { ask } from './shop-client';
import { type StandInStores, startStandInStores } from './stand-in-stores';
import {
  checkAddresses,
  checkLayers,
  openSale,
  type Sale,
  takeTour,
  timeHealthChecks,
  watchStream,
} from './steps-basic';
import { killInTurn, restartRedis, scaleUp, stopAllGateways, upgrade } from './steps-change';

const BUILD_DEADLINE_MS = 2_400_000;
const EXPIRY_DEADLINE_MS = (HOLD_SECONDS + 60) * 1_000;

export interface TestInput {
  readonly machine: Machine;
  readonly root: string;
  /** Removed afterwards. */
  readonly folder: string;
  readonly source: ImageSource;
}

const buildImages = async ({ compose, machine }: Deployment): Promise<void> => {
  const startedAt = Date.now();
  await compose(['build', '--quiet'], { deadlineMs: BUILD_DEADLINE_MS });
  machine.say(`Built all images in ${((Date.now() - startedAt) / 1_000).toFixed(0)} s.`);
  for (const component of UPGRADE_ORDER) {
    const image = `flashreserve-test-${component}`;
    const size = await machine.run('docker', ['image', 'inspect', '--format', '{{.Size}}', image]);
    machine.say(`  ${component}: ${(Number(size) / 1e6).toFixed(0)} MB`);
  }
};

const waitForExpiry = async ({ baseUrl }: Deployment, sale: Sale, id: string): Promise<void> => {
  const isExpired = async (): Promise<boolean> => {
    const { body } = await ask(`${baseUrl}/reservations/${id}`, 'GET', { token: sale.buyerToken });
    return body['status'] === 'EXPIRED';
  };
  await pollUntil(isExpired, {
    timeoutMs: EXPIRY_DEADLINE_MS,
    everyMs: 1_000,
    tooLate: () =>
      new ContainerTestError(`The reservation ${id} was left alone and does not expire.`),
  });
};

/**
 * Audits every unit through the container that docker-compose.stores.yml adds to the running stack.
 */
const audit = async (
  { compose, settings, machine }: Deployment,
  root: string,
  standIns: StandInStores | undefined,
): Promise<void> => {
  const files = ['docker-compose.yml', 'docker-compose.stores.yml'].map((name) => join(root, name));
  const more = standIns === undefined ? [] : [standIns.composeFile, standIns.storeAccessFile];
  const named = [...files, ...more].flatMap((file) => ['-f', file]);
  await compose([...named, 'up', '--detach', '--no-deps', 'store-access']);
  const user = standIns === undefined ? `root:${settings['MONGO_ROOT_PASSWORD']}@` : '';
  const report = await runAudit({
    mongoUri: `mongodb://${user}127.0.0.1:${settings['MONGO_PUBLISH_PORT']}/?directConnection=true`,
    dbPrefix: 'flashreserve',
    overdueGraceMs: 60_000,
  });
  check(isClean(report), renderReport(report));
  machine.say(`Audit: ${renderReport(report).trim().split('\n').at(-1)}`);
  await compose([...named, 'rm', '--stop', '--force', 'store-access']);
};

const runSteps = async (
  deployment: Deployment,
  { root }: TestInput,
  standIns: StandInStores | undefined,
): Promise<void> => {
  const { say } = deployment.machine;
  for (const line of await checkLayers(deployment, root))
    say(`Layers: ${line}, and changes nothing.`);
  await deployment.compose(['up', '--detach', '--wait', '--wait-timeout', '420']);
  say('Up: every container is healthy.');
  const sale = await openSale(deployment);
  const leftAlone = await takeTour(deployment, sale);
  await watchStream(deployment, sale);
  say('Tour through the load balancer: reserved, refused, confirmed, repeated, streamed.');
  say(`Two proxies in a row: clients counted as ${(await checkAddresses(deployment)).join(', ')}.`);
  say(`Scale: ${await scaleUp(deployment, sale)}.`);
  say(`No gateway: ${await stopAllGateways(deployment)}.`);
  for (const line of await killInTurn(deployment, sale)) say(`Kill: ${line}.`);
  for (const line of await upgrade(deployment, sale, root)) say(`Upgrade: ${line}.`);
  say(`Redis: ${await restartRedis(deployment, sale)}.`);
  await waitForExpiry(deployment, sale, leftAlone);
  say('Expiry: what was left alone has expired.');
  for (const line of await timeHealthChecks(deployment)) say(`Health check: ${line}`);
  await audit(deployment, root, standIns);
};

const takeDown = async (deployment: Deployment): Promise<void> => {
  await deployment.compose(['down', '--volumes', '--remove-orphans']);
  const left = await findLeftovers(deployment);
  check(left.length === 0, 'Something is left.', left);
  deployment.machine.say('Down: no container, network or volume is left.');
};

/** Prints the containers' last log lines after a failed step. */
const showLogs = async ({ compose, machine }: Deployment): Promise<void> => {
  machine.say(await compose(['ps', '--all']));
  machine.say(await compose(['logs', '--tail', '15', '--no-color']));
};

/** @throws the first error; the stack is removed in any case */
export const testDeployment = async (input: TestInput): Promise<void> => {
  const { machine, root, folder, source } = input;
  const standIns = source === 'real' ? undefined : await startStandInStores(machine, folder);
  const settings = { ...(await makeSettings()), ...standIns?.settings };
  const deployment = createDeployment({
    machine,
    root,
    composeFiles: standIns === undefined ? [] : [standIns.composeFile],
    settings,
    settingsFile: writeSettings(folder, settings),
  });
  try {
    await buildImages(deployment);
    await runSteps(deployment, input, standIns);
  } catch (error) {
    await showLogs(deployment);
    throw error;
  } finally {
    try {
      await takeDown(deployment);
    } finally {
      await standIns?.stop();
    }
  }
};
