import { mongo } from 'mongoose';
import { z } from 'zod';

const SCHEME = /^mongodb(\+srv)?:\/\//;

/** Whether the driver can read the address; nothing is connected. */
const isReadable = (uri: string): boolean => {
  try {
    new mongo.MongoClient(uri);
    return true;
  } catch {
    // What the driver says may hold a part of the password, so it is not passed on.
    return false;
  }
};

/** The configuration field `MONGO_URI`: one that the driver can read. Also takes several hosts, which a URL schema would refuse. */
export const mongoUri = z
  .string('is required')
  .regex(SCHEME, 'must start with mongodb:// or mongodb+srv://')
  .refine(
    (uri) => !SCHEME.test(uri) || isReadable(uri),
    'cannot be read: percent-encode what is special in its user and password, and check its options',
  );
