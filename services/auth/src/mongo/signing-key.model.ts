import { type Connection, type Model, Schema } from 'mongoose';

export interface SigningKeyDocument {
  /** The generation, so that only one of two concurrently created keys is stored. */
  readonly _id: number;
  readonly kid: string;
  readonly n: string;
  readonly e: string;
  readonly encryptedPrivateKey: string;
  readonly createdAt: Date;
}

export const createSigningKeyModel = (connection: Connection): Model<SigningKeyDocument> => {
  const schema = new Schema<SigningKeyDocument>(
    {
      _id: { type: Number, required: true },
      kid: { type: String, required: true },
      n: { type: String, required: true },
      e: { type: String, required: true },
      encryptedPrivateKey: { type: String, required: true },
      createdAt: { type: Date, required: true },
    },
    { collection: 'signing_keys', versionKey: false, strict: 'throw', strictQuery: 'throw' },
  );
  return connection.model<SigningKeyDocument>('SigningKey', schema);
};
