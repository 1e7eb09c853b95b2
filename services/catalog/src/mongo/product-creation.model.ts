import { type Connection, type Model, Schema } from 'mongoose';

/** Maps a request id to the product it created. Its `_id` makes CreateProduct idempotent. */
export interface ProductCreationDocument {
  /** The request id. */
  readonly _id: string;
  readonly productId: string;
  readonly contentDigest: string;
  readonly createdAt: Date;
}

const schema = new Schema<ProductCreationDocument>(
  {
    _id: { type: String, required: true },
    productId: { type: String, required: true },
    contentDigest: { type: String, required: true },
    createdAt: { type: Date, required: true },
  },
  { collection: 'product_creations', versionKey: false, strict: 'throw', strictQuery: 'throw' },
);

export const createProductCreationModel = (
  connection: Connection,
): Model<ProductCreationDocument> =>
  connection.model<ProductCreationDocument>('ProductCreation', schema);
