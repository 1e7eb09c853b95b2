import type {
  ApiClient,
  ApiClientSecret,
  IssueClientTokenResponse,
} from '@flashreserve/contracts/auth';
import { formatApiKey } from '@flashreserve/identity';
import type { z } from 'zod';
import type { IssuedSecret } from '../../grpc/auth.client';
import { promised } from '../../grpc/service-error';
import type * as schemas from '../schemas/api-client.schemas';

type ApiClientBody = z.output<typeof schemas.apiClient>;

const toSecret = ({
  secretId,
  createTime,
  endTime,
}: ApiClientSecret): ApiClientBody['secrets'][number] => ({
  secretId,
  createdAt: promised(createTime, 'create time').toISOString(),
  ...(endTime && { endsAt: endTime.toISOString() }),
});

/** @throws Error if the response lacks a part that the contract promises */
export const toApiClient = (client: ApiClient): ApiClientBody => ({
  clientId: client.clientId,
  name: client.name,
  scopes: client.scopes,
  createdBy: client.createdBy,
  createdAt: promised(client.createTime, 'create time').toISOString(),
  ...(client.revokeTime && { revokedAt: client.revokeTime.toISOString() }),
  ...(client.lastUseTime && { lastUsedAt: client.lastUseTime.toISOString() }),
  secrets: client.secrets.map(toSecret),
});

const toSecretFields = ({ client: { clientId }, clientSecret }: IssuedSecret) => ({
  secret: clientSecret,
  apiKey: formatApiKey({ clientId, clientSecret }),
});

/** @throws Error if the response lacks a part that the contract promises */
export const toCreatedApiClient = (
  issued: IssuedSecret,
): z.output<typeof schemas.createdApiClient> => {
  const { clientId, name, scopes, createdAt } = toApiClient(issued.client);
  return { clientId, name, scopes, ...toSecretFields(issued), createdAt };
};

/** @throws Error if the response lacks a part that the contract promises */
export const toRotatedApiClient = (
  issued: IssuedSecret,
): z.output<typeof schemas.rotatedApiClient> => ({
  ...toApiClient(issued.client),
  ...toSecretFields(issued),
});

export const toClientToken = (
  issued: IssueClientTokenResponse,
): z.output<typeof schemas.clientToken> => ({
  access_token: issued.accessToken,
  token_type: 'Bearer',
  expires_in: issued.expiresInSeconds,
  scope: issued.scopes.join(' '),
});
