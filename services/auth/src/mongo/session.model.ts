import { type Connection, type Model, Schema } from 'mongoose';

export interface SessionDocument {
  readonly _id: string;
  readonly userId: string;
  readonly createdAt: Date;
  readonly expiresAt: Date;
  readonly endedAt?: Date;
  /** Missing in sessions of the initial password. */
  readonly passwordVersion?: number;
}

export const createSessionModel = (connection: Connection): Model<SessionDocument> => {
  const schema = new Schema<SessionDocument>(
    {
      _id: { type: String, required: true },
      userId: { type: String, required: true },
      createdAt: { type: Date, required: true },
      expiresAt: { type: Date, required: true },
      endedAt: { type: Date },
      passwordVersion: { type: Number },
    },
    { collection: 'sessions', versionKey: false, strict: 'throw', strictQuery: 'throw' },
  );
  return connection.model<SessionDocument>('Session', schema);
};
