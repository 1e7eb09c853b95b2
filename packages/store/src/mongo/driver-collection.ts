import type { Model, mongo } from 'mongoose';

/**
 * The driver's collection behind a model, for hot writes. Documents that the domain has just built
 * are written as they are; Mongoose would cast and validate each one again, which takes longer than
 * the write. The connection's read and write concerns still apply.
 */
export const driverCollection = <Document extends { readonly _id: string }>(
  model: Model<Document>,
): mongo.Collection<Document> =>
  model.db.getClient().db(model.db.name).collection<Document>(model.collection.name);
