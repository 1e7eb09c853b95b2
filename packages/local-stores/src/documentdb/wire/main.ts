/**
 * The wire server as a process of its own. Arguments: folder of the engine's socket, TCP port, and, if it is to make faults,
 * these (`seed:rate`) and another port without them. Listens as soon as the engine answers. Ends on SIGTERM, and when its standard input closes: whoever started it is gone then.
 */
import { runSqlWhenReady, shortSocketFolder } from '../postgres-client';
import { createEngine } from './engine';
import { PRUNE_SQL, SCHEMA_SQL, UPDATE_SQL } from './engine-schema';
import { parseFaultSettings } from './faults';
import { startWireServer } from './server';

/** Long enough for the recovery of a big log after a crash. */
const ENGINE_DEADLINE_MS = 60_000;

interface Ports {
  readonly port: number;
  readonly sparedPort: number | undefined;
}

async function main(dataFolder: string, ports: Ports, faultsText?: string): Promise<void> {
  const faults = parseFaultSettings(faultsText);
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
  const server = await startWireServer(engine, { ...ports, faults });
  process.on('SIGTERM', () => {
    server.close().then(() => process.exit(0), fail);
  });
}

function fail(error: unknown): void {
  console.error(error);
  process.exit(1);
}

const [folder, portText, faultsText, sparedText] = process.argv.slice(2);
if (folder === undefined || portText === undefined) {
  throw new Error('Usage: main <data folder> <port> [<seed:rate> <port without faults>]');
}
// The engine goes down at the same time: there is nothing to finish.
process.stdin.on('close', () => process.exit(0)).resume();
main(
  folder,
  {
    port: Number(portText),
    sparedPort: sparedText === undefined ? undefined : Number(sparedText),
  },
  faultsText,
).catch(fail);
