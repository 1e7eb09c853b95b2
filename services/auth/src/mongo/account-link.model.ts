import { type Connection, type Model, Schema } from 'mongoose';
import type { AccountLink, LinkPurpose } from '../domain/account-link';

export interface AccountLinkDocument extends AccountLink {
  /** Purpose and user: a newer link replaces the earlier one. */
  readonly _id: string;
}

export const accountLinkId = (purpose: LinkPurpose, userId: string): string =>
  `${purpose}:${userId}`;

export const createAccountLinkModel = (connection: Connection): Model<AccountLinkDocument> => {
  const schema = new Schema<AccountLinkDocument>(
    {
      _id: { type: String, required: true },
      userId: { type: String, required: true },
      purpose: { type: String, enum: ['password', 'email'], required: true },
      // SHA-256 of the token.
      tokenHash: { type: String, required: true },
      createdAt: { type: Date, required: true },
      expiresAt: { type: Date, required: true },
      passwordVersion: { type: Number, required: true },
      newEmail: { type: String },
    },
    { collection: 'account_links', versionKey: false, strict: 'throw', strictQuery: 'throw' },
  );
  return connection.model<AccountLinkDocument>('AccountLink', schema);
};
