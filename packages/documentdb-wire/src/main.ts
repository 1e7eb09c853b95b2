/**
 * The wire server as a process of its own. Listens as soon as the engine answers. Exits on SIGTERM,
 * and when its standard input closes, because then the process that started it is gone.
 */
import { createEngine } from './engine/engine';
import { PRUNE_SQL, SCHEMA_SQL, UPDATE_SQL } from './engine/engine-schema';
import { runSqlWhenReady, shortSocketFolder } from './engine/run-sql-when-ready';
import { parseWireServerArguments, type WireServerProcess } from './process-arguments';
import { startWireServer } from './server/server';

/** Long enough to replay a large log after a crash. */
const ENGINE_DEADLINE_MS = 60_000;

async function main({ socketFolder, ...options }: WireServerProcess): Promise<void> {
  const sql = `${UPDATE_SQL}\n${SCHEMA_SQL}\n${PRUNE_SQL}`;
  if (!(await runSqlWhenReady(socketFolder, sql, ENGINE_DEADLINE_MS))) {
    throw new Error('The engine is not answering.');
  }
  const engine = createEngine({
    socketFolder: shortSocketFolder(socketFolder).path,
    connectionsMax: 32,
    transactionsMax: 64,
    waitingMax: 10_000,
  });
  const server = await startWireServer(engine, options);
  process.on('SIGTERM', () => {
    server.close().then(() => process.exit(0), fail);
  });
}

function fail(error: unknown): void {
  console.error(error);
  process.exit(1);
}

const options = parseWireServerArguments(process.argv.slice(2));
// The engine goes down with its owner, so there is nothing to finish.
process.stdin.on('close', () => process.exit(0)).resume();
main(options).catch(fail);
