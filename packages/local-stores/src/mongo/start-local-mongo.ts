import { whyNoDocumentDb } from '../documentdb/root-folder';
import { startDocumentDb } from '../documentdb/start-documentdb';
import { FAULTS_VARIABLE, faultsIn } from '../documentdb/store-faults-setting';
import { findOnPath } from '../machine/find-program';
import type { Environment } from '../processes/environment';
import { textOf } from '../processes/text-of';
import { givenStore, type LocalStore, type StartContext, startGuarded } from '../store/local-store';
import { LocalStoresError } from '../store/local-stores-error';
import type { LocalStoresOptions } from '../store/options';
import type { RunningStore } from '../supervision/running-store';
import { downloadFailureFile, findDownloadedMongod, whyDownloadFailed } from './downloaded-mongod';
import { startMongod } from './start-mongod';

function nothingWorks(env: Environment, reason: string): LocalStoresError {
  const download = whyDownloadFailed(env);
  return new LocalStoresError(
    [
      'No MongoDB could be found or started. Do one of the following:',
      '  - Set MONGO_URI to the address of a replica set that you may use.',
      '  - Install MongoDB, so that mongod is on PATH.',
      `  - With access to the Internet, remove ${downloadFailureFile(env)} and run again: MongoDB is then downloaded.`,
      '  - As root on Debian, run again: DocumentDB is then built from Debian packages.',
      '  - With Docker, run these lines and start again with MONGO_URI="mongodb://127.0.0.1:27017/?directConnection=true":',
      '      docker run -d --name flashreserve-mongo -p 127.0.0.1:27017:27017 mongo:8.0 --replSet rs0',
      '      docker exec flashreserve-mongo mongosh --quiet --eval "rs.initiate()"    (once it has started)',
      ...(download === undefined ? [] : [`The last download of MongoDB said: ${download}`]),
      `The last attempt said: ${reason}`,
    ].join('\n'),
  );
}

async function startFirstThatWorks(context: StartContext): Promise<RunningStore> {
  const { env } = context;
  // Only the wire server in front of DocumentDB plays faults.
  const program =
    faultsIn(env) === undefined
      ? (findOnPath(env, ['mongod']) ?? (await findDownloadedMongod(context)))
      : undefined;
  if (program !== undefined) {
    return startMongod(program, context);
  }
  const obstacle = whyNoDocumentDb(env);
  if (obstacle !== undefined) {
    throw nothingWorks(env, obstacle);
  }
  try {
    return await startDocumentDb(context);
  } catch (error) {
    context.signal?.throwIfAborted();
    throw nothingWorks(env, textOf(error));
  }
}

/**
 * Uses the MongoDB at `MONGO_URI`, or starts the first of these that works: `mongod` on PATH, a
 * downloaded `mongod`, DocumentDB from Debian's packages.
 * @throws {LocalStoresError} If none works.
 */
export async function startLocalMongo(options: LocalStoresOptions): Promise<LocalStore> {
  const given = options.env['MONGO_URI'];
  const faults = faultsIn(options.env);
  if (given !== undefined && given !== '') {
    if (faults !== undefined) {
      throw new LocalStoresError(
        `${FAULTS_VARIABLE} needs a store that is started here: leave MONGO_URI out.`,
      );
    }
    return givenStore(given, 'MONGO_URI');
  }
  return startGuarded(options, 'mongo', startFirstThatWorks);
}
