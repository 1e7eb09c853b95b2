import type { ClientSession } from 'mongoose';
import type { ApiClientChange, SecretRotation } from '../application/ports';
import {
  API_CLIENT_LIMITS,
  type ApiClient,
  type ApiClientSecret,
  planEnds,
} from '../domain/api-client';
import { toApiClient } from './api-client.document';
import { endSecretsIn } from './end-secrets';
import type { AuthModels } from './models';

type Models = Pick<AuthModels, 'apiClients' | 'sessions'>;

/**
 * Stores the secrets of a client that was read in the same transaction, and the ends of the older
 * ones. Of two concurrent changes of a client, one gets a write conflict here and is retried.
 */
export const replaceSecretsIn = async (
  models: Models,
  client: ApiClient,
  change: {
    readonly newest: ApiClientSecret;
    readonly now: Date;
    readonly othersEndAt: Date;
    readonly rotatedAt?: Date;
  },
  session: ClientSession,
): Promise<ApiClientChange> => {
  const { newest, now, othersEndAt, ...marks } = change;
  const ends = planEnds(client, now, othersEndAt);
  const secrets = [...ends.filter(({ endsAt }) => endsAt > now), newest];
  if (secrets.length > API_CLIENT_LIMITS.secretsMax) return { outcome: 'too-many-secrets' };
  const { clientId } = client;
  const changed = { ...marks, secrets };
  await models.apiClients.updateOne({ _id: clientId }, { $set: changed }, { session }).exec();
  await endSecretsIn(models, clientId, ends, session);
  return { outcome: 'done', client: { ...client, ...changed } };
};

/** Adds a secret to a client within a transaction, and plans the ends of the older ones. */
export const rotateSecretIn = async (
  models: Models,
  { clientId, ...rotation }: SecretRotation,
  session: ClientSession,
): Promise<ApiClientChange> => {
  const found = await models.apiClients.findById(clientId, null, { session }).lean().exec();
  if (found === null) return { outcome: 'not-found' };
  if (found.revokedAt !== undefined) return { outcome: 'revoked' };
  const change = { ...rotation, rotatedAt: rotation.now };
  return replaceSecretsIn(models, toApiClient(found), change, session);
};
