import type { User } from './user';

/** What a link lets its holder do: set a password, or confirm a new e-mail address. */
export type LinkPurpose = 'password' | 'email';

/** A link for one use. Only its holder knows the token in it. */
export interface AccountLink {
  readonly userId: string;
  readonly purpose: LinkPurpose;
  readonly tokenHash: string;
  readonly createdAt: Date;
  readonly expiresAt: Date;
  /** Of the user when the link was made: a new password ends all links from before. */
  readonly passwordVersion: number;
  /** Of links that confirm an e-mail address. Normalised. */
  readonly newEmail?: string;
}

/** How long a link is valid, in seconds. */
export const LINK_SECONDS: Readonly<Record<LinkPurpose, number>> = {
  password: 1_800,
  email: 86_400,
};

/** A link to `user` from now on. */
export const linkFor = (
  { userId, passwordVersion }: Pick<User, 'userId' | 'passwordVersion'>,
  link: Pick<AccountLink, 'purpose' | 'tokenHash' | 'newEmail'>,
  createdAt: Date,
): AccountLink => ({
  userId,
  passwordVersion,
  createdAt,
  expiresAt: new Date(createdAt.getTime() + LINK_SECONDS[link.purpose] * 1_000),
  ...link,
});

/** Whether the link may be used now; `user` is its user, undefined if there is none anymore. */
export const isUsable = (link: AccountLink, user: User | undefined, now: Date): boolean =>
  link.expiresAt > now &&
  user !== undefined &&
  user.disabledAt === undefined &&
  user.passwordVersion === link.passwordVersion;
