import { z } from 'zod';

/** What every token of this system carries and every verifier insists on (RFC 8725, RFC 9068). */
export const TOKEN_PROFILE = {
  algorithm: 'RS256',
  issuer: 'flashreserve-auth',
  audience: 'flashreserve',
  /** Header `typ` of access tokens, so that no other kind of JWT can pass for one. */
  type: 'at+jwt',
  /** Longest token that is looked at, in characters. */
  lengthMax: 4096,
  /** Difference of clocks that is forgiven, in seconds. */
  clockToleranceSeconds: 5,
} as const;

const common = { sub: z.string().min(1), exp: z.number().int(), iat: z.number().int() };

export const tokenClaims = z.union([
  z.object({ ...common, role: z.enum(['CUSTOMER', 'ADMIN']) }),
  z.object({ ...common, client_id: z.string().min(1) }),
]);
