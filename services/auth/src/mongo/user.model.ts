import { type Connection, type Model, Schema } from 'mongoose';
import type { Role } from '../domain/user';

export interface UserDocument {
  readonly _id: string;
  readonly email: string;
  readonly name: string;
  readonly role: Role;
  readonly passwordHash: string;
  readonly createdAt: Date;
  /** Missing until the first password change. */
  readonly passwordVersion?: number;
  /** There while a change of role has still to end sessions that it could not see. */
  readonly endsSessions?: boolean;
}

export const createUserModel = (connection: Connection): Model<UserDocument> => {
  const schema = new Schema<UserDocument>(
    {
      _id: { type: String, required: true },
      email: { type: String, required: true },
      name: { type: String },
      role: { type: String, enum: ['CUSTOMER', 'ADMIN'], required: true },
      passwordHash: { type: String, required: true },
      createdAt: { type: Date, required: true },
      passwordVersion: { type: Number },
      endsSessions: { type: Boolean },
    },
    { collection: 'users', versionKey: false, strict: 'throw', strictQuery: 'throw' },
  );
  return connection.model<UserDocument>('User', schema);
};
