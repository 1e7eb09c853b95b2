import { realpathSync } from 'node:fs';
import { join } from 'node:path';
import { answersPing, WIRE_SERVER_ENTRY, wireServerArguments } from '@flashreserve/documentdb-wire';
import { findFreePort } from '../processes/free-port';
import { nodeArguments } from '../processes/node-entry';
import type { StartContext } from '../store/local-store';
import type { ServiceSpec } from '../supervision/guardian-protocol';
import type { RunningStore } from '../supervision/running-store';
import { type ManagedService, startUntilReady } from '../supervision/start-until-ready';
import { clearAfterCrash, fillDataFolder } from './data-folder';
import type { DataPlace } from './data-place';
import { postgresService } from './postgres-service';
import { writeSettings } from './postgres-settings';
import { prepareDataPlace } from './prepare-data-place';
import { prepareEngineFolder } from './root-folder';
import { faultsIn } from './store-faults-setting';

const ENGINE = 'documentdb';
const WIRE = 'documentdb-wire';
/** Long enough to replay a large log after a crash. */
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
  readonly portWithoutFaults: number | undefined;
}

function wireService(context: StartContext, place: DataPlace, ports: WirePorts): ManagedService {
  const spec: ServiceSpec = {
    name: WIRE,
    command: process.execPath,
    arguments: [
      ...nodeArguments(WIRE_SERVER_ENTRY),
      ...wireServerArguments({
        ...ports,
        socketFolder: place.hostFolder,
        faults: faultsIn(context.env),
      }),
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
 * Starts DocumentDB and the wire server in front of it. Builds the engine first if the cache lacks
 * it.
 * @throws If the engine cannot be built or does not start.
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
  const portWithoutFaults = faultsIn(env) === undefined ? undefined : await findFreePort();
  const services = [
    engineService(context, engine.root, place),
    wireService(context, place, { port, portWithoutFaults }),
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
    ...(portWithoutFaults !== undefined && {
      uriWithoutFaults: `mongodb://127.0.0.1:${portWithoutFaults}/`,
    }),
    description: describe(context),
    services: [ENGINE, WIRE],
    start,
  };
}
