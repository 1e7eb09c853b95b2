/** Commands about the server itself, most of them answered without the engine. */
import { cpus, hostname, platform, totalmem } from 'node:os';
import { type Command, type Handler, reply } from '../command';
import { MESSAGE_BYTES_MAX } from '../message';
import { RawDocument } from '../raw-document';
import { STATEMENTS } from '../statements';

const VERSION = '8.0.0';
const startedAt = Date.now();

/**
 * Presents this server as a router of a sharded cluster: the driver then uses sessions, retryable writes
 * and transactions without asking for a replica set's members.
 */
const hello = (): Buffer =>
  reply({
    helloOk: true,
    ismaster: true,
    isWritablePrimary: true,
    msg: 'isdbgrid',
    maxBsonObjectSize: 16_777_216,
    maxMessageSizeBytes: MESSAGE_BYTES_MAX - 16_384,
    maxWriteBatchSize: 25_000,
    localTime: new Date(),
    logicalSessionTimeoutMinutes: 30,
    minWireVersion: 0,
    maxWireVersion: 25,
    readOnly: false,
  });

const buildInfo = (): Buffer =>
  reply({
    version: VERSION,
    versionArray: VERSION.split('.').map(Number).concat(0),
    gitVersion: 'flashreserve-local-stores',
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
    process: 'mongos',
    pid: process.pid,
    uptime: Math.round((Date.now() - startedAt) / 1000),
    localTime: new Date(),
    connections: { current: 1, available: 1000 },
    storageEngine: { name: 'documentdb', persistent: true },
  });

const connectionStatus = (): Buffer =>
  reply({ authInfo: { authenticatedUsers: [], authenticatedUserRoles: [] } });

const getParameter = (): Buffer => reply({ featureCompatibilityVersion: { version: '8.0' } });

/** Asks the engine, so that the answer says whether the store as a whole is there. */
async function ping(command: Command): Promise<Buffer> {
  await command.engine.run('', STATEMENTS.ping, []);
  return reply();
}

/** Ends what the named sessions have open. */
async function endSessions(command: Command): Promise<Buffer> {
  for (const session of command.body.documents(command.name)) {
    const id = new RawDocument(session).binary('id');
    if (id !== undefined) {
      await command.transactions.endSession(id);
    }
  }
  return reply();
}

/** Commands of this file by name, in lower case. */
export const serverCommands: Readonly<Record<string, Handler>> = {
  hello,
  ismaster: hello,
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
