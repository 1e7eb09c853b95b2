import { mongo } from 'mongoose';

/** The parts of a reply to a write command that matter inside a transaction. */
interface WriteReply {
  readonly n?: number;
  readonly writeErrors?: readonly { readonly code: number; readonly errmsg: string }[];
}

const write = async (
  db: mongo.Db,
  command: mongo.Document,
  session: mongo.ClientSession,
): Promise<number> => {
  const { n = 0, writeErrors = [] }: WriteReply = await db.command(command, { session });
  const [failure] = writeErrors;
  if (failure !== undefined) throw new mongo.MongoServerError({ ...failure });
  return n;
};

/**
 * Write commands of a transaction, for hot writes. The driver's bulk writes measure every document
 * to split them into commands, which takes longer than encoding them, and retry writes outside
 * transactions, which is of no use inside one. The caller limits the batch to far below the 16 MB
 * of a command.
 *
 * Both throw the driver's errors; a document or update that failed is a MongoServerError with its
 * code, and has aborted the transaction.
 */
export const writesInTransaction = <Document extends mongo.Document>(
  collection: mongo.Collection<Document>,
) => {
  const { db, collectionName } = collection;
  return {
    insert: (documents: readonly Document[], session: mongo.ClientSession): Promise<number> =>
      write(db, { insert: collectionName, documents, ordered: true }, session),
    /** Each update changes at most one document. Returns how many documents matched. */
    update: (
      updates: readonly {
        readonly q: mongo.Filter<Document>;
        readonly u: mongo.UpdateFilter<Document>;
      }[],
      session: mongo.ClientSession,
    ): Promise<number> => write(db, { update: collectionName, updates, ordered: true }, session),
  };
};
