import type { Redis } from 'ioredis';
import { type Document, MongoClient } from 'mongodb';

const readKey = async (redis: Redis, key: string): Promise<unknown> => {
  switch (await redis.type(key)) {
    case 'string':
      return redis.get(key);
    case 'hash':
      return redis.hgetall(key);
    case 'list':
      return redis.lrange(key, 0, -1);
    case 'set':
      return redis.smembers(key);
    case 'zset':
      return redis.zrange(key, '0', '-1');
    case 'stream':
      return redis.xrange(key, '-', '+');
    default:
      // The key has expired since its name was read.
      return undefined;
  }
};

/** Names and contents of all keys with the prefix, one line per key. */
export const readRedis = async (redis: Redis, prefix: string): Promise<readonly string[]> => {
  const lines: string[] = [];
  for (const key of await redis.keys(`${prefix}:*`)) {
    lines.push(`${key} ${JSON.stringify(await readKey(redis, key))}`);
  }
  return lines;
};

/** All documents of the stack's databases, one line per document. */
export const readMongo = async (uri: string, prefix: string): Promise<readonly string[]> => {
  const client = new MongoClient(uri);
  try {
    const lines: string[] = [];
    for (const service of ['auth', 'catalog', 'reservation']) {
      const database = client.db(`${prefix}_${service}`);
      for (const { name } of await database.listCollections().toArray()) {
        const documents: readonly Document[] = await database.collection(name).find().toArray();
        lines.push(
          ...documents.map((document) => `${service}.${name} ${JSON.stringify(document)}`),
        );
      }
    }
    return lines;
  } finally {
    await client.close();
  }
};
