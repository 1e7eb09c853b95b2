import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { connect, createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { startLocalMongo } from '@flashreserve/local-stores';
import { COMPONENT_NAMES } from '../start/topology';
import { standInOf } from './base-images';
import type { Machine } from './machine';

/**
 * The database behind the stand-in for the MongoDB image, and the compose file that includes the
 * stand-ins.
 */
export interface StandInStores {
  readonly composeFile: string;
  /** The stand-in's override of docker-compose.stores.yml. */
  readonly storeAccessFile: string;
  readonly settings: Readonly<Record<string, string>>;
  readonly stop: () => Promise<void>;
}

const SOCKET_FOLDER = '/run/database';
const SOCKET = 'mongo.sock';

/**
 * Forwards connections from the socket to the database, which listens on this machine's loopback
 * only.
 */
const passOn = (file: string, port: number): Promise<Server> =>
  new Promise((resolve, reject) => {
    const server = createServer((from) => {
      const to = connect(port, '127.0.0.1');
      const end = (): void => {
        from.destroy();
        to.destroy();
      };
      for (const side of [from, to]) side.once('error', end).once('close', end);
      from.pipe(to).pipe(from);
    });
    server.once('error', reject);
    server.listen(file, () => {
      // The container runs as a different user.
      chmodSync(file, 0o777);
      resolve(server);
    });
  });

const overrides = (socketFolder: string): object => {
  const args = { NODE_IMAGE: standInOf('node') };
  return {
    services: {
      ...Object.fromEntries(COMPONENT_NAMES.map((name) => [name, { build: { args } }])),
      mongo: {
        image: standInOf('mongo'),
        entrypoint: [
          ...['sh', '-c', 'exec socat TCP-LISTEN:27017,fork,reuseaddr UNIX-CONNECT:"$$1"'],
          ...['sh', `${SOCKET_FOLDER}/${SOCKET}`],
        ],
        volumes: [`${socketFolder}:${SOCKET_FOLDER}`],
      },
      redis: { image: standInOf('redis') },
      'load-balancer': { image: standInOf('nginx') },
    },
  };
};

/**
 * Starts the project's own MongoDB-compatible store, reachable from the container through a socket
 * file.
 */
export const startStandInStores = async (
  { env, say }: Machine,
  folder: string,
): Promise<StandInStores> => {
  const store = await startLocalMongo({ env: { ...env, MONGO_URI: '' }, log: say });
  const socketFolder = join(folder, 'database');
  mkdirSync(socketFolder, { recursive: true });
  const server = await passOn(join(socketFolder, SOCKET), Number(new URL(store.uri).port));
  const composeFile = join(folder, 'stand-ins.json');
  writeFileSync(composeFile, JSON.stringify(overrides(socketFolder)));
  const storeAccessFile = join(folder, 'store-access.json');
  writeFileSync(
    storeAccessFile,
    JSON.stringify({ services: { 'store-access': { image: standInOf('nginx') } } }),
  );
  return {
    composeFile,
    storeAccessFile,
    settings: { MONGO_URI: 'mongodb://mongo:27017/?directConnection=true' },
    stop: async () => {
      server.close();
      await store.stop();
    },
  };
};
