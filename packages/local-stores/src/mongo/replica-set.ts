import { type Document, MongoClient, MongoServerError } from 'mongodb';
import { pollUntil } from '../processes/poll-until';
import { REPLICA_SET } from './mongod-service';

const NOT_YET_INITIALIZED = 94;

async function readConfiguration(client: MongoClient): Promise<Document | undefined> {
  try {
    const { config } = await client.db('admin').command({ replSetGetConfig: 1 });
    return config;
  } catch (error) {
    if (error instanceof MongoServerError && error.code === NOT_YET_INITIALIZED) {
      return undefined;
    }
    throw error;
  }
}

async function configure(client: MongoClient, host: string): Promise<void> {
  const admin = client.db('admin');
  const config = await readConfiguration(client);
  if (config === undefined) {
    const members = [{ _id: 0, host }];
    await admin.command({ replSetInitiate: { _id: REPLICA_SET, members } });
    return;
  }
  if (config['members'][0].host !== host) {
    // The data folder was last served on another port.
    const version = config['version'] + 1;
    const members = [{ ...config['members'][0], host }];
    await admin.command({ replSetReconfig: { ...config, version, members }, force: true });
  }
}

/**
 * Makes the server at this port the only member of its replica set, and waits until it is primary.
 * @returns False if it is not primary within the deadline.
 */
export async function makePrimary(port: number, deadlineMs: number): Promise<boolean> {
  const host = `127.0.0.1:${port}`;
  const client = new MongoClient(`mongodb://${host}/?directConnection=true`, {
    serverSelectionTimeoutMS: deadlineMs,
  });
  try {
    await configure(client, host);
    const isPrimary = async () => {
      const { isWritablePrimary } = await client.db('admin').command({ hello: 1 });
      return isWritablePrimary === true ? true : undefined;
    };
    return (await pollUntil(isPrimary, { deadlineMs, intervalMs: 50 })) === true;
  } finally {
    await client.close();
  }
}
