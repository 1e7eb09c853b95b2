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
  schema.index({ userId: 1 });
  // Ended sessions by end time; verifiers query them every few seconds.
  schema.index({ endedAt: 1, _id: 1 });
  // Cleanup only; correctness never depends on when the TTL monitor runs.
  schema.index({ expiresAt: 1 }, { expireAfterSeconds: 0 });
  return connection.model<SessionDocument>('Session', schema);
};
