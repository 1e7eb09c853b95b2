import { setTimeout as pause } from 'node:timers/promises';
import { pollUntil } from '../poll-until';
import { ContainerTestError, check } from './check';
import { type Deployment, UPGRADE_ORDER } from './deployment';
import { type LoadReport, startLoad } from './load';
import { countJobsAfter } from './redis-queue';
import { readRunbookLines } from './runbook';
import { ask } from './shop-client';
import type { Sale } from './steps-basic';

/** Enough to keep every instance busy, even on a machine with other work. */
const BUYERS_PER_SECOND = 4;
const RESTART_DEADLINE_MS = 120_000;
const POLL_MS = 500;
const SCALE = { gateway: 2, catalog: 2, reservation: 2 } as const;

const describeLoad = ({ requests, firstAnswers, reserved, confirmed }: LoadReport): string =>
  `${requests} requests, first answers ${JSON.stringify(firstAnswers)}, ${reserved} reserved, ${confirmed} confirmed, none lost`;

/**
 * Runs the work while buyers buy. Nothing acknowledged may be lost, and 503 with Retry-After is the
 * only error allowed.
 */
const underLoad = async (
  { baseUrl }: Deployment,
  sale: Sale,
  work: () => Promise<void>,
  allowed = { brokenOff: false },
): Promise<LoadReport> => {
  const token = sale.buyerToken;
  const load = startLoad({ baseUrl, ...sale, token, buyersPerSecond: BUYERS_PER_SECOND });
  let report: LoadReport | undefined;
  try {
    await work();
  } finally {
    report = await load.stop();
  }
  check(report.lost.length === 0, 'Requests were never acknowledged.', report.lost);
  if (!allowed.brokenOff) check(report.failures.length === 0, 'Requests failed.', { ...report });
  return report;
};

const scaleArgs = Object.entries(SCALE).flatMap(([name, count]) => ['--scale', `${name}=${count}`]);

/** Adds instances while buyers buy; each of them must receive requests. */
export const scaleUp = async (deployment: Deployment, sale: Sale): Promise<string> => {
  const { compose, machine, containersOf } = deployment;
  const report = await underLoad(deployment, sale, async () => {
    await compose(['up', '--detach', '--no-recreate', '--wait', ...scaleArgs]);
    for (const id of await containersOf('gateway')) await waitForRequests(machine, id);
  });
  return describeLoad(report);
};

const waitForRequests = async (machine: Deployment['machine'], id: string): Promise<void> => {
  const receives = async (): Promise<boolean> =>
    (await machine.run('docker', ['logs', '--tail', '200', id])).includes('/reservations');
  await pollUntil(receives, {
    timeoutMs: RESTART_DEADLINE_MS,
    everyMs: POLL_MS,
    tooLate: () => new ContainerTestError(`The gateway ${id} receives no requests.`),
  });
};

const stateOf = async ({ machine }: Deployment, id: string) => {
  const format = '{{.State.Pid}} {{.RestartCount}} {{.State.Health.Status}}';
  const text = await machine.run('docker', ['inspect', '--format', format, id]);
  const [pid = '0', restarts = '0', health = ''] = text.trim().split(' ');
  return { pid: Number(pid), restarts: Number(restarts), health };
};

const killOne = async (deployment: Deployment, component: string): Promise<string> => {
  const [id = ''] = await deployment.containersOf(component);
  const before = await stateOf(deployment, id);
  const killedAt = Date.now();
  process.kill(before.pid, 'SIGKILL');
  const isBack = async (): Promise<boolean> => {
    const { restarts, health } = await stateOf(deployment, id);
    return restarts > before.restarts && health === 'healthy';
  };
  await pollUntil(isBack, {
    timeoutMs: RESTART_DEADLINE_MS,
    everyMs: POLL_MS,
    tooLate: () => new ContainerTestError(`${component} does not come back.`),
  });
  return `${component} healthy again after ${((Date.now() - killedAt) / 1_000).toFixed(1)} s`;
};

/** Kills one instance of each component in turn while buyers buy. Needs a local engine and root. */
export const killInTurn = async (
  deployment: Deployment,
  sale: Sale,
): Promise<readonly string[]> => {
  const lines: string[] = [];
  const report = await underLoad(deployment, sale, async () => {
    for (const component of UPGRADE_ORDER) lines.push(await killOne(deployment, component));
  });
  return [...lines, describeLoad(report)];
};

/**
 * Runs the runbook's upgrade lines with another image, component by component, while buyers buy.
 */
export const upgrade = async (
  deployment: Deployment,
  sale: Sale,
  root: string,
): Promise<readonly string[]> => {
  const { containersOf, shell, machine } = deployment;
  const allOf = async (): Promise<readonly string[]> =>
    (await Promise.all(UPGRADE_ORDER.map(containersOf))).flat();
  const before = await allOf();
  const startedAt = Date.now();
  const lines = readRunbookLines(root, 'Upgrade without a gap');
  const report = await underLoad(deployment, sale, async () => {
    await shell(lines, { REVISION: 'upgraded' });
  });
  const after = await allOf();
  const revisions = await Promise.all(
    after.map((id) =>
      machine.run('docker', [
        ...['inspect', '--format'],
        ...['{{index .Config.Labels "org.opencontainers.image.revision"}}', id],
      ]),
    ),
  );
  check(after.length === before.length, 'There are not as many instances as before.', after);
  check(!after.some((id) => before.includes(id)), 'An old container is left.', { before, after });
  check(
    revisions.every((text) => text.trim() === 'upgraded'),
    'Old images run.',
    revisions,
  );
  const seconds = ((Date.now() - startedAt) / 1_000).toFixed(0);
  return [`${after.length} containers replaced in ${seconds} s`, describeLoad(report)];
};

/** Kills and restarts Redis; no job may be lost. */
export const restartRedis = async (deployment: Deployment, sale: Sale): Promise<string> => {
  const { baseUrl, compose } = deployment;
  for (let index = 0; index < 40; index += 1) {
    const reserved = await ask(`${baseUrl}/reservations/${sale.productId}`, 'POST', {
      token: sale.buyerToken,
    });
    check(reserved.status === 201, 'A reservation is refused.', reserved);
  }
  const soon = Date.now() + 45_000;
  // Jobs are added shortly after their reservations, and appendfsync runs once a second.
  await pause(2_500);
  const before = await countJobsAfter(deployment, soon);
  check(before > 0, 'There are no jobs.');
  await compose(['kill', '--signal', 'SIGKILL', 'redis']);
  await compose(['up', '--detach', '--no-deps', '--no-recreate', '--wait', 'redis']);
  const afterKill = await countJobsAfter(deployment, soon);
  await compose(['restart', '--no-deps', 'redis']);
  await compose(['up', '--detach', '--no-deps', '--no-recreate', '--wait', 'redis']);
  const afterRestart = await countJobsAfter(deployment, soon);
  check(afterKill === before && afterRestart === before, 'Jobs were lost.', {
    before,
    afterKill,
    afterRestart,
  });
  return `${before} delayed jobs before, ${afterKill} after SIGKILL, ${afterRestart} after a restart`;
};

/** Without a gateway the load balancer responds 503 with Retry-After and a problem document. */
export const stopAllGateways = async (deployment: Deployment): Promise<string> => {
  const { baseUrl, compose } = deployment;
  await compose(['stop', 'gateway']);
  const answer = await ask(`${baseUrl}/products`, 'GET');
  await compose(['start', 'gateway']);
  await compose([
    'up',
    '--detach',
    '--no-deps',
    '--no-recreate',
    '--wait',
    ...scaleArgs,
    'gateway',
  ]);
  check(
    answer.status === 503 &&
      answer.retryAfter !== null &&
      answer.body['reason'] === 'GATEWAY_UNAVAILABLE',
    'The answer without a gateway is wrong.',
    answer,
  );
  return `503 ${answer.body['reason']}, Retry-After ${answer.retryAfter}`;
};
