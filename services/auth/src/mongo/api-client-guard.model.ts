import { type Connection, type Model, Schema } from 'mongoose';
import { prepareGuard } from './prepare-guard';

/** The single document that counts the API clients that are not revoked. */
export interface ApiClientGuardDocument {
  readonly _id: string;
  readonly clients: number;
}

export const API_CLIENT_GUARD_ID = 'api_clients';

export const createApiClientGuardModel = (
  connection: Connection,
): Model<ApiClientGuardDocument> => {
  const schema = new Schema<ApiClientGuardDocument>(
    {
      _id: { type: String, required: true },
      clients: { type: Number, required: true },
    },
    { collection: 'guards', versionKey: false, strict: 'throw', strictQuery: 'throw' },
  );
  return connection.model<ApiClientGuardDocument>('ApiClientGuard', schema);
};

/** Creates the guard document if it is missing. */
export const prepareApiClientGuard = (guards: Model<ApiClientGuardDocument>): Promise<void> =>
  prepareGuard(() =>
    guards
      .updateOne({ _id: API_CLIENT_GUARD_ID }, { $setOnInsert: { clients: 0 } }, { upsert: true })
      .exec(),
  );
