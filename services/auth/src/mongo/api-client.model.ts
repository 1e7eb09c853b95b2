import { type Connection, type Model, Schema } from 'mongoose';
import type { ApiClient, ApiClientSecret } from '../domain/api-client';

/** A client as stored. */
export interface ApiClientDocument extends Omit<ApiClient, 'clientId' | 'scopes'> {
  readonly _id: string;
  /** May include scopes that only a newer version knows. */
  readonly scopes: readonly string[];
  /** The request that created it. */
  readonly requestId?: string;
}

export const createApiClientModel = (connection: Connection): Model<ApiClientDocument> => {
  const secret = new Schema<ApiClientSecret>(
    {
      secretId: { type: String, required: true },
      hash: { type: String, required: true },
      createdAt: { type: Date, required: true },
      endsAt: { type: Date },
    },
    { _id: false, strict: 'throw' },
  );
  const schema = new Schema<ApiClientDocument>(
    {
      _id: { type: String, required: true },
      name: { type: String, required: true },
      scopes: { type: [String], required: true },
      secrets: { type: [secret], required: true },
      createdBy: { type: String, required: true },
      createdAt: { type: Date, required: true },
      rotatedAt: { type: Date },
      revokedAt: { type: Date },
      lastUsedAt: { type: Date },
      requestId: { type: String },
    },
    { collection: 'api_clients', versionKey: false, strict: 'throw', strictQuery: 'throw' },
  );
  return connection.model<ApiClientDocument>('ApiClient', schema);
};
