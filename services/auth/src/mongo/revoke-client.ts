import type { ClientSession } from 'mongoose';
import { type ApiClient, planEnds } from '../domain/api-client';
import { toApiClient } from './api-client.document';
import { API_CLIENT_GUARD_ID } from './api-client-guard.model';
import { endSecretsIn } from './end-secrets';
import type { AuthModels } from './models';

/**
 * Ends a client and its secrets within a transaction; one that is revoked already stays as it is.
 */
export const revokeClientIn = async (
  models: Pick<AuthModels, 'apiClients' | 'apiClientGuards' | 'sessions'>,
  { clientId, now }: { readonly clientId: string; readonly now: Date },
  session: ClientSession,
): Promise<ApiClient | undefined> => {
  const { apiClients, apiClientGuards } = models;
  const options = { session };
  const found = await apiClients.findById(clientId, null, options).lean().exec();
  if (found === null) return undefined;
  const client = toApiClient(found);
  if (client.revokedAt !== undefined) return client;
  const changed = { revokedAt: now, secrets: [] };
  await apiClients.updateOne({ _id: clientId }, { $set: changed }, options).exec();
  await apiClientGuards
    .updateOne({ _id: API_CLIENT_GUARD_ID }, { $inc: { clients: -1 } }, options)
    .exec();
  await endSecretsIn(models, clientId, planEnds(client, now, now), session);
  return { ...client, ...changed };
};
