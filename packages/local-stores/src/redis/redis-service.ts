import { connect } from 'node:net';
import type { ServiceSpec } from '../supervision/guardian-protocol';

/** How to run a Redis server. */
export interface RedisServiceOptions {
  readonly name: string;
  readonly program: string;
  readonly port: number;
  /** Existing folder for its append-only file. */
  readonly folder: string;
  readonly logFile: string;
}

/** A Redis that loses no acknowledged write if its process is killed, and never evicts a key. */
export function redisService(options: RedisServiceOptions): ServiceSpec {
  const settings = {
    bind: '127.0.0.1',
    port: String(options.port),
    dir: options.folder,
    appendonly: 'yes',
    appendfsync: 'everysec',
    'maxmemory-policy': 'noeviction',
    save: '',
    daemonize: 'no',
    'protected-mode': 'yes',
  };
  return {
    name: options.name,
    command: options.program,
    arguments: Object.entries(settings).flatMap(([key, value]) => [`--${key}`, value]),
    environment: {},
    folder: options.folder,
    logFile: options.logFile,
    stopSignal: 'SIGTERM',
    stopDeadlineMs: 10_000,
  };
}

const PING = 'PING\r\n';
const PONG = '+PONG';
const ANSWER_DEADLINE_MS = 1_000;

/** Whether a Redis answers at this port of 127.0.0.1. False while it loads its data. */
export function answersPing(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    const end = (answer: boolean) => {
      socket.destroy();
      resolve(answer);
    };
    socket.setTimeout(ANSWER_DEADLINE_MS, () => end(false));
    socket.once('error', () => end(false));
    socket.once('close', () => end(false));
    socket.once('data', (data) => end(data.toString('latin1').startsWith(PONG)));
    socket.write(PING);
  });
}
