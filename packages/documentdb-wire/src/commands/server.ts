/** Commands about the server itself, most of them answered without the engine. */
import { cpus, hostname, platform, totalmem } from 'node:os';
import { STATEMENTS } from '../engine/statements';
import { RawDocument } from '../protocol/raw-document';
import { type Command, type Handler, reply } from './command';

const VERSION = '8.0.0';
const startedAt = Date.now();

async function hello({ replicaSet, address, body }: Command): Promise<Buffer> {
  return reply(await replicaSet.hello(body, address));
}

/**
 * Steps down for the requested seconds, like a primary in a failover: aborts open transactions and
 * interrupts commands in progress.
 */
async function stepDown({ replicaSet, body, transactions }: Command): Promise<Buffer> {
  replicaSet.stepDown(body.number('replSetStepDown') ?? 0);
  await transactions.endAll();
  return reply();
}

const buildInfo = (): Buffer =>
  reply({
    version: VERSION,
    versionArray: VERSION.split('.').map(Number).concat(0),
    gitVersion: 'flashreserve-documentdb-wire',
    modules: [],
    storageEngines: ['documentdb'],
    bits: 64,
    maxBsonObjectSize: 16_777_216,
  });

const hostInfo = (): Buffer =>
  reply({
    system: {
      currentTime: new Date(),
      hostname: hostname(),
      numCores: cpus().length,
      memSizeMB: Math.round(totalmem() / 1_048_576),
    },
    os: { type: platform() },
    extra: {},
  });

const serverStatus = (): Buffer =>
  reply({
    host: hostname(),
    version: VERSION,
    process: 'mongod',
    pid: process.pid,
    uptime: Math.round((Date.now() - startedAt) / 1000),
    localTime: new Date(),
    connections: { current: 1, available: 1000 },
    storageEngine: { name: 'documentdb', persistent: true },
  });

const connectionStatus = (): Buffer =>
  reply({ authInfo: { authenticatedUsers: [], authenticatedUserRoles: [] } });

const getParameter = (): Buffer => reply({ featureCompatibilityVersion: { version: '8.0' } });

/** Queries the engine, so success means that the whole store is available. */
async function ping(command: Command): Promise<Buffer> {
  await command.engine.run('', STATEMENTS.ping, []);
  return reply();
}

/** Aborts the open transactions of the named sessions. */
async function endSessions(command: Command): Promise<Buffer> {
  for (const session of command.body.documents(command.name)) {
    const id = new RawDocument(session).binary('id');
    if (id !== undefined) {
      await command.transactions.endSession(id);
    }
  }
  return reply();
}

/** Handlers by command name, in lower case. */
export const serverCommands: Readonly<Record<string, Handler>> = {
  hello,
  ismaster: hello,
  replsetstepdown: stepDown,
  ping,
  buildinfo: buildInfo,
  hostinfo: hostInfo,
  getparameter: getParameter,
  getcmdlineopts: () => reply({ argv: [], parsed: {} }),
  getlog: () => reply({ totalLinesWritten: 0, log: [] }),
  serverstatus: serverStatus,
  connectionstatus: connectionStatus,
  whatsmyuri: () => reply({ you: '127.0.0.1:0' }),
  getfreemonitoringstatus: () => reply({ state: 'disabled' }),
  endsessions: endSessions,
  killsessions: endSessions,
  refreshsessions: () => reply(),
};
