import {
  createRevokedSessions,
  createTokenVerifier,
  type RevokedSessionsAnswer,
  type TokenVerifier,
} from '@flashreserve/identity';
import type { ComponentBase } from '@flashreserve/ops';
import type { IssuerKeeper } from './application/issuer-keeper';
import type { KeyRing } from './application/key-ring';
import type { Queries } from './application/queries';

/**
 * Short, because keys come from this process: a key that another instance created is picked up
 * soon.
 */
const OWN_KEYS_COOLDOWN_MS = 1_000;
const REVOKED_PAGE_SIZE = 5_000;

/** Reads all pages from the local store. */
const readAllRevoked = async (
  list: Queries['listRevokedSessions'],
  endedSince: Date | undefined,
): Promise<RevokedSessionsAnswer> => {
  const first = await list({ endedSince, pageSize: REVOKED_PAGE_SIZE, after: undefined });
  const sessions = [...first.items];
  for (let { next } = first; next !== undefined; ) {
    const page = await list({ endedSince, pageSize: REVOKED_PAGE_SIZE, after: next });
    sessions.push(...page.items);
    next = page.next;
  }
  return { sessions, readAt: first.readAt };
};

/** Verifies tokens with auth's own keys, sessions and issuers, without a call. */
export const createOwnVerifier = (
  { clock, lifecycle }: Pick<ComponentBase<unknown>, 'clock' | 'lifecycle'>,
  {
    keyRing,
    listRevokedSessions,
    issuers,
  }: Pick<Queries, 'listRevokedSessions'> & {
    readonly keyRing: KeyRing;
    readonly issuers: Pick<IssuerKeeper, 'list'>;
  },
): TokenVerifier => {
  const revokedSessions = createRevokedSessions({
    clock,
    fetch: (endedSince) => readAllRevoked(listRevokedSessions, endedSince),
  });
  lifecycle.onStop('revoked sessions', revokedSessions.stop);
  return createTokenVerifier({
    clock,
    revokedSessions,
    refetchCooldownMs: OWN_KEYS_COOLDOWN_MS,
    issuers: { fetch: issuers.list },
    fetchKeys: async () => (await keyRing.publicKeys()).map((key) => ({ kty: 'RSA', ...key })),
  });
};
