import { createHash } from 'node:crypto';
import { BSON, MongoClient } from 'mongodb';
import { calmUriOf } from '../support/stores';

/** A hash of every document of a stack, by `<database>.<collection>/<id>`. */
export type State = ReadonlyMap<string, string>;

export interface StateReader {
  readonly read: () => Promise<State>;
  /** Whether catalog has been told of everything that reservation has decided. */
  readonly isSettled: () => Promise<boolean>;
  readonly close: () => Promise<void>;
}

const SERVICES = ['auth', 'catalog', 'reservation'] as const;

/** Reads every document of every collection of a stack's databases. */
export const connectState = async (mongoUri: string, prefix: string): Promise<StateReader> => {
  const client = await MongoClient.connect(calmUriOf(mongoUri));
  const readCollection = async (service: string, name: string): Promise<[string, string][]> => {
    const documents = await client.db(`${prefix}_${service}`).collection(name).find().toArray();
    return documents.map((document) => {
      const hash = createHash('sha1').update(BSON.serialize(document)).digest('base64');
      return [`${service}.${name}/${String(document._id)}`, hash];
    });
  };
  const collectionOf = (service: string, name: string) =>
    client.db(`${prefix}_${service}`).collection<{ _id: string }>(name);
  return {
    isSettled: async () => {
      const reservations = collectionOf('reservation', 'reservations');
      const held = await collectionOf('catalog', 'holds').find({ state: 'HELD' }).toArray();
      const _id = { $in: held.map((hold) => hold._id) };
      const unsettled = [{ returnsPending: true }, { _id, status: { $ne: 'PENDING' } }];
      return (await reservations.findOne({ $or: unsettled })) === null;
    },
    read: async () => {
      const entries: [string, string][] = [];
      for (const service of SERVICES) {
        const collections = await client.db(`${prefix}_${service}`).listCollections().toArray();
        for (const { name } of collections) entries.push(...(await readCollection(service, name)));
      }
      return new Map(entries);
    },
    close: () => client.close(),
  };
};

/** What was added, changed or removed, as `<database>.<collection>` each. */
export const changedCollections = (before: State, after: State): ReadonlySet<string> => {
  const keys = new Set([...before.keys(), ...after.keys()]);
  const changed = [...keys].filter((key) => before.get(key) !== after.get(key));
  return new Set(changed.map((key) => key.split('/', 1)[0] ?? ''));
};
