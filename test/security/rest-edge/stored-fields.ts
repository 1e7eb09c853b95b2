import { createSilentLogger } from '@flashreserve/ops';
import { connectMongo } from '@flashreserve/store';
import type { Connection, Model } from 'mongoose';
import { createModels as createAuthModels } from '../../../services/auth/src/mongo/models';
import { createModels as createCatalogModels } from '../../../services/catalog/src/mongo/models';
import { createModels as createReservationModels } from '../../../services/reservation/src/mongo/models';
import { calmUriOf } from '../../support/stores';

type Models = Readonly<Record<string, unknown>>;

const namesIn = (models: Models): readonly string[] =>
  Object.entries(models)
    .filter(([name]) => name !== 'connection')
    .flatMap(([, model]) => Object.keys((model as Model<unknown>).schema.paths));

/** The name of every field that the services store, according to their models. */
export const storedFields = async (
  env: Readonly<Record<string, string>>,
): Promise<readonly string[]> => {
  const services: readonly (readonly [string, (connection: Connection) => object])[] = [
    ['auth', createAuthModels],
    ['catalog', createCatalogModels],
    ['reservation', createReservationModels],
  ];
  const names = new Set<string>();
  for (const [service, createModels] of services) {
    const connection = await connectMongo({
      uri: calmUriOf(env['MONGO_URI']),
      dbName: `${env['MONGO_DB_PREFIX']}_${service}`,
      log: createSilentLogger(),
    });
    for (const name of namesIn(createModels(connection) as Models)) names.add(name);
    await connection.close();
  }
  return [...names];
};
