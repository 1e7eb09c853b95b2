import { createHash } from 'node:crypto';
import { normaliseEmail } from '@flashreserve/rpc';

/** The account and the client address of an attempt. */
export interface Subject {
  /** The e-mail address as sent by the client, or the id of an authenticated user. */
  readonly account: string;
  /** The client's IP address, as determined with the trusted proxies. */
  readonly address: string;
}

/**
 * Counter key of an account, existing or not: the same for all spellings of its e-mail address. A
 * hash, so that Redis stores no e-mail addresses.
 */
export const accountKey = (account: string): string =>
  createHash('sha256').update(normaliseEmail(account)).digest('base64url').slice(0, 22);
