import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { answersPing } from '@flashreserve/documentdb-wire';
import { endProcessesIn } from '../processes/folder-processes';
import { findFreePort } from '../processes/free-port';
import type { StartContext } from '../store/local-store';
import type { RunningStore } from '../supervision/running-store';
import { startUntilReady } from '../supervision/start-until-ready';
import { mongodService, REPLICA_SET } from './mongod-service';
import { makePrimary } from './replica-set';

const SERVICE = 'mongod';
const READY_DEADLINE_MS = 60_000;

/**
 * Starts MongoDB as a single-node replica set on a free port.
 * @param program Absolute path of `mongod`.
 */
export async function startMongod(
  program: string,
  { guardian, folder }: StartContext,
): Promise<RunningStore> {
  const dataFolder = join(folder, 'data');
  mkdirSync(dataFolder, { recursive: true });
  const port = await findFreePort();
  const logFile = join(folder, 'mongod.log');
  const spec = mongodService({ name: SERVICE, program, port, folder: dataFolder, logFile });
  const start = async () => {
    await startUntilReady(guardian, {
      services: [{ spec, beforeStart: () => endProcessesIn(dataFolder, 'SIGTERM') }],
      isReady: () => answersPing(port),
      deadlineMs: READY_DEADLINE_MS,
    });
    if (!(await makePrimary(port, READY_DEADLINE_MS))) {
      throw new Error(`${program} did not become primary; its log is ${logFile}.`);
    }
  };
  await start();
  return {
    uri: `mongodb://127.0.0.1:${port}/?replicaSet=${REPLICA_SET}`,
    description: `${program}, a replica set of one node on a private port`,
    services: [SERVICE],
    start,
  };
}
