import { toScopes } from '@flashreserve/contracts';
import type { ApiClient } from '../domain/api-client';
import type { ApiClientDocument } from './api-client.model';

/** Maps a document to a client, without scopes that only a newer version knows. */
export const toApiClient = ({
  _id,
  requestId: _request,
  scopes,
  ...fields
}: ApiClientDocument): ApiClient => ({ clientId: _id, scopes: toScopes(scopes), ...fields });
