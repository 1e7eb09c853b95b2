import { refusal } from '../domain/auth-errors';
import type { AccessToken, IssueAccessToken } from './issue-access-token';
import type { ServiceClientDirectory } from './ports';

export type IssueServiceToken = (credentials: {
  readonly clientId: string;
  readonly clientSecret: string;
}) => Promise<AccessToken>;

/**
 * Exchanges a service's client id and secret for an access token.
 *
 * @throws DomainError INVALID_CREDENTIALS
 */
export const createIssueServiceToken =
  (deps: {
    readonly clients: ServiceClientDirectory;
    readonly issueAccessToken: IssueAccessToken;
  }): IssueServiceToken =>
  async ({ clientId, clientSecret }) => {
    if (!deps.clients.isAuthentic(clientId, clientSecret)) throw refusal('INVALID_CREDENTIALS');
    return deps.issueAccessToken({ kind: 'service', clientId });
  };
