import type { ClientSession } from 'mongoose';
import type { ClientCreation, RepeatedCreation } from '../application/ports';
import { API_CLIENT_LIMITS, type ApiClient, isUntouched } from '../domain/api-client';
import { toApiClient } from './api-client.document';
import { API_CLIENT_GUARD_ID } from './api-client-guard.model';
import type { AuthModels } from './models';
import { replaceSecretsIn } from './rotate-secret';

/**
 * Stores a client within a transaction. Every creation changes the guard document, so concurrent
 * ones are serialized and never exceed the limit.
 */
export const insertClientIn = async (
  { apiClients, apiClientGuards }: Pick<AuthModels, 'apiClients' | 'apiClientGuards'>,
  { client: { clientId, ...fields }, requestId }: ClientCreation,
  session: ClientSession,
): Promise<'stored' | 'repeated' | 'too-many'> => {
  if (requestId !== undefined) {
    const earlier = await apiClients.findOne({ requestId }, { _id: 1 }, { session }).lean().exec();
    if (earlier !== null) return 'repeated';
  }
  const { matchedCount } = await apiClientGuards
    .updateOne(
      { _id: API_CLIENT_GUARD_ID, clients: { $lt: API_CLIENT_LIMITS.clientsMax } },
      { $inc: { clients: 1 } },
      { session },
    )
    .exec();
  if (matchedCount === 0) return 'too-many';
  const request = requestId === undefined ? {} : { requestId };
  await apiClients.create([{ _id: clientId, ...fields, ...request }], { session });
  return 'stored';
};

const isSame = (client: ApiClient, { name, scopes }: RepeatedCreation): boolean =>
  client.name === name && client.scopes.join() === scopes.join();

/** Replaces the secret of the client that an earlier attempt created, within a transaction. */
export const repeatCreationIn = async (
  models: Pick<AuthModels, 'apiClients' | 'sessions'>,
  creation: RepeatedCreation,
  session: ClientSession,
): Promise<ApiClient | undefined> => {
  const { requestId, newest, now } = creation;
  const found = await models.apiClients.findOne({ requestId }, null, { session }).lean().exec();
  if (found === null) return undefined;
  const client = toApiClient(found);
  if (!isUntouched(client) || !isSame(client, creation)) return undefined;
  const change = { newest, now, othersEndAt: now };
  const replaced = await replaceSecretsIn(models, client, change, session);
  return replaced.outcome === 'done' ? replaced.client : undefined;
};
