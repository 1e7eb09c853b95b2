import { type Connection, type Model, Schema } from 'mongoose';

export interface RefreshTokenDocument {
  /** SHA-256 of the token. */
  readonly _id: string;
  readonly sessionId: string;
  readonly createdAt: Date;
  readonly expiresAt: Date;
  readonly retiredAt?: Date;
}

export const createRefreshTokenModel = (connection: Connection): Model<RefreshTokenDocument> => {
  const schema = new Schema<RefreshTokenDocument>(
    {
      _id: { type: String, required: true },
      sessionId: { type: String, required: true },
      createdAt: { type: Date, required: true },
      expiresAt: { type: Date, required: true },
      retiredAt: { type: Date },
    },
    { collection: 'refresh_tokens', versionKey: false, strict: 'throw', strictQuery: 'throw' },
  );
  return connection.model<RefreshTokenDocument>('RefreshToken', schema);
};
