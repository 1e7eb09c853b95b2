import type { KeyObject } from 'node:crypto';
import { clientSubject, serviceSubject, TOKEN_PROFILE } from '@flashreserve/identity';
import { newId } from '@flashreserve/ops';
import { sign } from 'jsonwebtoken';
import type { TokenSigner, TokenSubject } from '../application/ports';

const claimsOf = (subject: TokenSubject): Readonly<Record<string, string>> => {
  switch (subject.kind) {
    case 'user':
      return { sub: subject.userId, role: subject.role, sid: subject.sessionId };
    case 'client': {
      const { clientId, name, scopes, sessionId } = subject;
      const scope = scopes.join(' ');
      return { sub: clientSubject(clientId), client_id: clientId, name, scope, sid: sessionId };
    }
    case 'service':
      return { sub: serviceSubject(subject.clientId), client_id: subject.clientId };
  }
};

/** Signs access tokens in the token profile (RFC 9068). */
export const createJwtSigner =
  (key: { readonly kid: string; readonly privateKey: KeyObject }): TokenSigner =>
  (subject, { issuedAt, ttlSeconds }) => {
    const iat = Math.floor(issuedAt.getTime() / 1000);
    return sign({ ...claimsOf(subject), iat, exp: iat + ttlSeconds }, key.privateKey, {
      algorithm: TOKEN_PROFILE.algorithm,
      issuer: TOKEN_PROFILE.issuer,
      audience: TOKEN_PROFILE.audience,
      jwtid: newId(),
      header: { alg: TOKEN_PROFILE.algorithm, typ: TOKEN_PROFILE.type, kid: key.kid },
    });
  };
