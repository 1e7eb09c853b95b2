import { createPublicKey, type KeyObject } from 'node:crypto';
import type { RequestHandler } from 'express';
import { decode, verify } from 'jsonwebtoken';
import { z } from 'zod';

/** The user of a request. */
export interface User {
  readonly id: string;
  readonly role: 'CUSTOMER' | 'ADMIN';
}

const jwks = z.object({
  keys: z.array(z.object({ kty: z.string(), kid: z.string(), n: z.string(), e: z.string() })),
});

const claims = z.object({
  sub: z.string().min(1),
  exp: z.number().int(),
  iat: z.number().int(),
  role: z.enum(['CUSTOMER', 'ADMIN']),
});

/** Fetches the public keys once; no key rotation occurs during a benchmark. */
export const fetchKeys = async (url: string): Promise<ReadonlyMap<string, KeyObject>> => {
  const { keys } = jwks.parse(await (await fetch(url)).json());
  return new Map(
    keys.map(({ kid, kty, n, e }) => [kid, createPublicKey({ key: { kty, n, e }, format: 'jwk' })]),
  );
};

/** The user of a token, or undefined if the token is invalid. */
const readToken = (token: string, keys: ReadonlyMap<string, KeyObject>): User | undefined => {
  try {
    const key = keys.get(decode(token, { complete: true })?.header.kid ?? '');
    if (key === undefined) return undefined;
    const payload = verify(token, key, {
      algorithms: ['RS256'],
      issuer: 'flashreserve-auth',
      audience: 'flashreserve',
    });
    const { sub, role } = claims.parse(payload);
    return { id: sub, role };
  } catch {
    // Expired, forged or foreign tokens: all of them get 401.
    return undefined;
  }
};

/** Stores the user in `response.locals.user`, or responds with 401. */
export const authenticate =
  (keys: ReadonlyMap<string, KeyObject>): RequestHandler =>
  (request, response, next) => {
    const token = request.headers.authorization?.replace(/^Bearer /, '') ?? '';
    const user = readToken(token, keys);
    if (user === undefined) {
      response.status(401).json({ status: 401, reason: 'TOKEN_INVALID' });
      return;
    }
    response.locals['user'] = user;
    next();
  };
