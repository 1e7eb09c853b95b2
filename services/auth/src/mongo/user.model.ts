import { type Connection, type Model, Schema } from 'mongoose';
import type { Role } from '../domain/user';

export interface UserDocument {
  readonly _id: string;
  /** Missing in guests, like the password. */
  readonly email?: string;
  readonly name: string;
  readonly role: Role;
  readonly passwordHash?: string;
  readonly createdAt: Date;
  /** Missing until the first password change. */
  readonly passwordVersion?: number;
  /** There while a change of the user has still to end sessions that it could not see. */
  readonly endsSessions?: boolean;
  /** Of guests only: deleted by the store after that time. */
  readonly guestUntil?: Date;
  /** There while an administrator keeps the user from logging in. */
  readonly disabledAt?: Date;
  /** Of deleted users only, which have neither an e-mail address nor a password. */
  readonly deletedAt?: Date;
}

export const createUserModel = (connection: Connection): Model<UserDocument> => {
  const schema = new Schema<UserDocument>(
    {
      _id: { type: String, required: true },
      email: { type: String },
      name: { type: String },
      role: { type: String, enum: ['CUSTOMER', 'ADMIN', 'GUEST'], required: true },
      passwordHash: { type: String },
      createdAt: { type: Date, required: true },
      passwordVersion: { type: Number },
      endsSessions: { type: Boolean },
      guestUntil: { type: Date },
      disabledAt: { type: Date },
      deletedAt: { type: Date },
    },
    { collection: 'users', versionKey: false, strict: 'throw', strictQuery: 'throw' },
  );
  return connection.model<UserDocument>('User', schema);
};
