/**
 * The wire server as a process of its own. Arguments: folder of the engine's socket, TCP port. Listens as soon as the
 * engine answers. Ends on SIGTERM, and when its standard input closes: whoever started it is gone then.
 */
import { runSqlWhenReady, shortSocketFolder } from '../postgres-client';
import { createEngine } from './engine';
import { PRUNE_SQL, SCHEMA_SQL, UPDATE_SQL } from './engine-schema';
import { startWireServer } from './server';

/** Long enough for the recovery of a big log after a crash. */
const ENGINE_DEADLINE_MS = 60_000;

async function main(dataFolder: string, port: number): Promise<void> {
  const sql = `${UPDATE_SQL}\n${SCHEMA_SQL}\n${PRUNE_SQL}`;
  if (!(await runSqlWhenReady(dataFolder, sql, ENGINE_DEADLINE_MS))) {
    throw new Error('The engine does not answer.');
  }
  const engine = createEngine({
    socketFolder: shortSocketFolder(dataFolder).path,
    connectionsMax: 32,
    transactionsMax: 64,
    waitingMax: 10_000,
  });
  const server = await startWireServer(engine, port);
  process.on('SIGTERM', () => {
    server.close().then(() => process.exit(0), fail);
  });
}

function fail(error: unknown): void {
  console.error(error);
  process.exit(1);
}

const [folder, portText] = process.argv.slice(2);
if (folder === undefined || portText === undefined) {
  throw new Error('Usage: main <data folder> <port>');
}
// The engine goes down at the same time: there is nothing to finish.
process.stdin.on('close', () => process.exit(0)).resume();
main(folder, Number(portText)).catch(fail);
