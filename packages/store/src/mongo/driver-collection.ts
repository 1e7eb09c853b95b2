import type { Model, mongo } from 'mongoose';

/**
 * The driver's collection behind a model, for the few writes that thousands wait for. What the domain has made a
 * moment ago is written as it is; Mongoose would cast and check each document once more, for longer than the write
 * takes. The connection's write and read concerns hold here too.
 */
export const driverCollection = <Document extends { readonly _id: string }>(
  model: Model<Document>,
): mongo.Collection<Document> =>
  model.db.getClient().db(model.db.name).collection<Document>(model.collection.name);
