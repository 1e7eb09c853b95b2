import { clientSubject } from '@flashreserve/identity';
import type { ClientSession } from 'mongoose';
import type { ApiClientSecret } from '../domain/api-client';
import type { AuthModels } from './models';

/**
 * How long the end of a secret is kept, in milliseconds: longer than any token may live, so that it
 * is listed until the last token has expired.
 */
const END_KEPT_MS = 2 * 86_400_000;

/**
 * Stores the ends of secrets as ended sessions, which verifiers learn when they are due. An end
 * that was planned before can only become earlier.
 */
export const endSecretsIn = async (
  { sessions }: Pick<AuthModels, 'sessions'>,
  clientId: string,
  ends: readonly (ApiClientSecret & { readonly endsAt: Date })[],
  session: ClientSession,
): Promise<void> => {
  for (const { secretId, createdAt, endsAt } of ends) {
    const change = {
      $setOnInsert: { userId: clientSubject(clientId), createdAt },
      $min: { endedAt: endsAt },
      $max: { expiresAt: new Date(endsAt.getTime() + END_KEPT_MS) },
    };
    await sessions.updateOne({ _id: secretId }, change, { session, upsert: true }).exec();
  }
};
