import { type AccountLink, type LinkPurpose, linkFor } from '../domain/account-link';
import type { User } from '../domain/user';
import type { AccountRepository } from './account-ports';
import type { RefreshTokenSource } from './ports';

/** A link that was stored; only this object has its token. */
export interface IssuedLink {
  readonly url: string;
  readonly expiresAt: Date;
}

export type IssueLink = (
  user: Pick<User, 'userId' | 'passwordVersion'>,
  about: Pick<AccountLink, 'purpose' | 'newEmail'>,
  now: Date,
) => Promise<IssuedLink>;

/** Pages of the gateway that use the links. */
const PAGES: Readonly<Record<LinkPurpose, string>> = {
  password: '/account/password',
  email: '/account/email',
};

/**
 * Makes links of 256 random bits. The token is in the fragment, which browsers send to no server,
 * so that it is in no log and no `Referer`.
 */
export const createIssueLink =
  (deps: {
    readonly accounts: Pick<AccountRepository, 'storeLink'>;
    readonly tokens: RefreshTokenSource;
    /** Base URL of the gateway; without it links are only paths. */
    readonly publicUrl: string | undefined;
  }): IssueLink =>
  async (user, about, now) => {
    const token = deps.tokens.create();
    const link = linkFor(user, { ...about, tokenHash: deps.tokens.hash(token) }, now);
    await deps.accounts.storeLink(link);
    return {
      url: `${deps.publicUrl ?? ''}${PAGES[about.purpose]}#${token}`,
      expiresAt: link.expiresAt,
    };
  };
