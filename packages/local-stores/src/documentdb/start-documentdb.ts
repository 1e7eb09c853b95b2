import { realpathSync } from 'node:fs';
import { join } from 'node:path';
import type { StartContext } from '../local-store';
import { answersPing } from '../mongo/ping';
import { faultsIn } from '../mongo/store-faults-setting';
import type { RunningStore } from '../running-store';
import { findFreePort } from '../supervision/free-port';
import type { ServiceSpec } from '../supervision/guardian-protocol';
import { nodeArguments } from '../supervision/node-entry';
import { type ManagedService, startUntilReady } from '../supervision/start-until-ready';
import { clearAfterCrash, fillDataFolder } from './data-folder';
import { type DataPlace, prepareDataPlace } from './data-place';
import { postgresService } from './postgres-service';
import { writeSettings } from './postgres-settings';
import { prepareEngineFolder } from './root-folder';

const ENGINE = 'documentdb';
const WIRE = 'documentdb-wire';
/** Long enough for the recovery of a big log after a crash. */
const READY_DEADLINE_MS = 60_000;

function engineService(context: StartContext, root: string, place: DataPlace): ManagedService {
  const { env, folder, isDurable } = context;
  return {
    spec: postgresService(ENGINE, { env, root, place, logFile: join(folder, 'postgres.log') }),
    async beforeStart() {
      await clearAfterCrash(place.hostFolder);
      writeSettings(place, isDurable);
    },
  };
}

interface WirePorts {
  readonly port: number;
  /** Only in faults mode. */
  readonly sparedPort: number | undefined;
}

function wireService(context: StartContext, place: DataPlace, ports: WirePorts): ManagedService {
  const { port, sparedPort } = ports;
  const entry = join(__dirname, 'wire', 'main');
  const faults = faultsIn(context.env);
  const spec: ServiceSpec = {
    name: WIRE,
    command: process.execPath,
    arguments: [
      ...nodeArguments(entry),
      place.hostFolder,
      String(port),
      ...(faults === undefined ? [] : [`${faults.seed}:${faults.rate}`, String(sparedPort)]),
    ],
    environment: {},
    folder: context.folder,
    logFile: join(context.folder, 'wire.log'),
    stopSignal: 'SIGTERM',
    stopDeadlineMs: 5_000,
  };
  return { spec };
}

function describe({ env }: StartContext): string {
  const name = "DocumentDB (Debian's packages) with a wire server for development";
  const faults = faultsIn(env);
  return faults === undefined
    ? name
    : `${name}, in faults mode (seed ${faults.seed}, rate ${faults.rate})`;
}

/**
 * Starts DocumentDB and the wire server in front of it. Builds the engine first when the cache lacks it.
 * @throws When the engine cannot be built or does not start.
 */
export async function startDocumentDb(context: StartContext): Promise<RunningStore> {
  const { env, log, signal, guardian, folder } = context;
  const engine = await prepareEngineFolder({ env, log, signal });
  const place = await prepareDataPlace(env, engine, join(folder, 'data'));
  if (!context.isDurable) {
    await guardian.removeAtEnd(realpathSync(place.hostFolder));
  }
  await fillDataFolder(env, engine, place);
  const port = await findFreePort();
  const sparedPort = faultsIn(env) === undefined ? undefined : await findFreePort();
  const services = [
    engineService(context, engine.root, place),
    wireService(context, place, { port, sparedPort }),
  ];
  const start = () =>
    startUntilReady(guardian, {
      services,
      isReady: () => answersPing(port),
      deadlineMs: READY_DEADLINE_MS,
    });
  await start();
  return {
    uri: `mongodb://127.0.0.1:${port}/`,
    ...(sparedPort !== undefined && { uriWithoutFaults: `mongodb://127.0.0.1:${sparedPort}/` }),
    description: describe(context),
    services: [ENGINE, WIRE],
    start,
  };
}
