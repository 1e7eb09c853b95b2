import { whyNoDocumentDb } from '../documentdb/root-folder';
import { startDocumentDb } from '../documentdb/start-documentdb';
import { givenStore, type LocalStore, type StartContext, startGuarded } from '../local-store';
import { LocalStoresError, textOf } from '../local-stores-error';
import { findOnPath } from '../machine/find-program';
import type { LocalStoresOptions } from '../options';
import type { RunningStore } from '../running-store';
import { findDownloadedMongod } from './downloaded-mongod';
import { startMongod } from './start-mongod';

function nothingWorks(reason: string): LocalStoresError {
  return new LocalStoresError(
    [
      'There is no MongoDB for this run. Any one of these makes it work:',
      '  - With Docker, run "docker compose up -d mongo redis" and set MONGO_URI and REDIS_URL.',
      '  - With a server of your own, set MONGO_URI to its replica set.',
      '  - Install MongoDB, so that mongod is on PATH.',
      '  - With access to the Internet, remove the file mongodb/download-failed in the cache folder flashreserve and run again: MongoDB is then downloaded.',
      '  - As root on Debian, run again: DocumentDB is then built from Debian packages.',
      `The last attempt said: ${reason}`,
    ].join('\n'),
  );
}

async function startFirstThatWorks(context: StartContext): Promise<RunningStore> {
  const { env, log } = context;
  const program = findOnPath(env, ['mongod']) ?? (await findDownloadedMongod(env, log));
  if (program !== undefined) {
    return startMongod(program, context);
  }
  const obstacle = whyNoDocumentDb(env);
  if (obstacle !== undefined) {
    throw nothingWorks(obstacle);
  }
  try {
    return await startDocumentDb(context);
  } catch (error) {
    throw nothingWorks(textOf(error));
  }
}

/**
 * The MongoDB that `MONGO_URI` names, or else the first of these that works: `mongod` on PATH, a downloaded
 * `mongod`, DocumentDB from Debian's packages.
 * @throws {LocalStoresError} When none does.
 */
export async function startLocalMongo(options: LocalStoresOptions): Promise<LocalStore> {
  const given = options.env['MONGO_URI'];
  if (given !== undefined && given !== '') {
    return givenStore(given, 'MONGO_URI');
  }
  return startGuarded(options, 'mongo', startFirstThatWorks);
}
