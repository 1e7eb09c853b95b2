import type { AuthServiceClient, TrustedIssuer as WireIssuer } from '@flashreserve/contracts/auth';
import { callUnary, type UnaryCallOptions } from '@flashreserve/rpc';
import { z } from 'zod';
import type { IssuerKeys, TrustedIssuersAnswer } from './issuer-directory';
import type { IssuerKey } from './trusted-issuer';

const issuerKey = z.object({ kty: z.string(), kid: z.string() }).catchall(z.string());

const fromWireKey = (text: string): IssuerKey => issuerKey.parse(JSON.parse(text));

const fromWireIssuer = (wire: WireIssuer): IssuerKeys => ({
  issuer: {
    issuer: wire.issuer,
    alias: wire.alias,
    audiences: wire.audiences,
    audienceClaim: wire.audienceClaim,
    algorithms: wire.algorithms,
    customerClaim: wire.customerClaim,
    requiredClaims: wire.requiredClaims,
    adminRole: wire.adminRole,
  },
  keys: wire.keys.map(fromWireKey),
  keysExpireAt: wire.keysExpireTime,
});

/** Asks auth for the trusted issuers and their keys. */
export const fetchTrustedIssuers = async (
  client: AuthServiceClient,
  refreshAlias: string,
  call: UnaryCallOptions,
): Promise<TrustedIssuersAnswer> => {
  const answer = await callUnary(client, 'listTrustedIssuers', { refreshAlias }, call);
  return {
    issuers: answer.issuers.map(fromWireIssuer),
    refreshMs: answer.refreshSeconds * 1_000,
  };
};
