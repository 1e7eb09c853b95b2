import { createHash } from 'node:crypto';
import { normaliseEmail } from '@flashreserve/rpc';

/** Who tries: as which account, from which address. */
export interface Subject {
  /** The e-mail address as the client sent it, or the id of a user who is known already. */
  readonly account: string;
  /** The client's IP address, by the hops that are trusted. */
  readonly address: string;
}

/**
 * The key under which an account is counted, whether it exists or not: one for all spellings of an
 * address. A hash, so that Redis holds no addresses.
 */
export const accountKey = (account: string): string =>
  createHash('sha256').update(normaliseEmail(account)).digest('base64url').slice(0, 22);
