import { createPublicKey, type KeyObject } from 'node:crypto';
import type { RequestHandler } from 'express';
import { decode, verify } from 'jsonwebtoken';
import { z } from 'zod';

/** Who a request comes from. */
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

/** Fetches the public keys once; the monolith of this benchmark does not live long enough for a rotation. */
export const fetchKeys = async (url: string): Promise<ReadonlyMap<string, KeyObject>> => {
  const { keys } = jwks.parse(await (await fetch(url)).json());
  return new Map(
    keys.map(({ kid, kty, n, e }) => [kid, createPublicKey({ key: { kty, n, e }, format: 'jwk' })]),
  );
};

/** The user of a token, or undefined when the token is not good. */
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
    // Expired, forged or not one of our tokens: all of them are answered with 401.
    return undefined;
  }
};

/** Puts the user into `response.locals.user`, or answers 401. */
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
