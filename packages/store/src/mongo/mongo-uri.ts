import { mongo } from 'mongoose';
import { z } from 'zod';

const SCHEME = /^mongodb(\+srv)?:\/\//;

/** Whether the driver can parse the URI; does not connect. */
const isReadable = (uri: string): boolean => {
  try {
    new mongo.MongoClient(uri);
    return true;
  } catch {
    // The driver's message may contain part of the password, so it is not passed on.
    return false;
  }
};

/**
 * The configuration field `MONGO_URI`: a URI that the driver can parse. Multiple hosts are allowed,
 * which a URL schema would reject.
 */
export const mongoUri = z
  .string('is required')
  .regex(SCHEME, 'must start with mongodb:// or mongodb+srv://')
  .refine(
    (uri) => !SCHEME.test(uri) || isReadable(uri),
    'cannot be read: percent-encode what is special in its user and password, and check its options',
  );
