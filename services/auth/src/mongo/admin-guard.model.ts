import { type Connection, type Model, Schema } from 'mongoose';
import { prepareGuard } from './prepare-guard';

/** The single document that every demotion updates, so that concurrent demotions conflict. */
export interface AdminGuardDocument {
  readonly _id: string;
  readonly demotions: number;
}

export const ADMIN_GUARD_ID = 'administrators';

export const createAdminGuardModel = (connection: Connection): Model<AdminGuardDocument> => {
  const schema = new Schema<AdminGuardDocument>(
    {
      _id: { type: String, required: true },
      demotions: { type: Number, required: true },
    },
    { collection: 'guards', versionKey: false, strict: 'throw', strictQuery: 'throw' },
  );
  return connection.model<AdminGuardDocument>('AdminGuard', schema);
};

/** Creates the guard document if it is missing. */
export const prepareAdminGuard = (guards: Model<AdminGuardDocument>): Promise<void> =>
  prepareGuard(() =>
    guards
      .updateOne({ _id: ADMIN_GUARD_ID }, { $setOnInsert: { demotions: 0 } }, { upsert: true })
      .exec(),
  );
