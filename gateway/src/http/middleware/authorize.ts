import { ANONYMOUS, type Principal, type TokenVerifier } from '@flashreserve/identity';
import { adminRequired, DomainError, permissionDenied, unauthenticated } from '@flashreserve/rpc';
import type { Access, UserPrincipal } from '../route';

/**
 * Authorizes the caller of a route before the rest of the request is read. Services authorize
 * again.
 *
 * @throws DomainError TOKEN_MISSING, TOKEN_INVALID, TOKEN_EXPIRED or TOKEN_REVOKED; ADMIN_REQUIRED
 *   or PERMISSION_DENIED; AUTH_UNAVAILABLE when no keys have been fetched yet, or an
 *   administrator's session cannot be checked
 */
export type Authorizer = (
  access: Access,
  authorization: string | undefined,
) => Promise<UserPrincipal | typeof ANONYMOUS>;

const requireUser = (principal: Principal, access: 'user' | 'admin'): UserPrincipal => {
  if (principal.kind === 'anonymous') throw unauthenticated('TOKEN_MISSING');
  if (access === 'admin' && (principal.kind !== 'user' || principal.role !== 'ADMIN')) {
    throw adminRequired();
  }
  if (principal.kind !== 'user') {
    throw permissionDenied('Only a user may do this; services call gRPC.');
  }
  return principal;
};

export const createAuthorizer = ({ authenticate, confirmSession }: TokenVerifier): Authorizer => {
  /** A token that is invalid or not a user's is ignored. */
  const optionalUser = async (
    authorization: string | undefined,
  ): Promise<UserPrincipal | typeof ANONYMOUS> => {
    try {
      const principal = await authenticate(authorization);
      return principal.kind === 'user' ? principal : ANONYMOUS;
    } catch (error) {
      if (error instanceof DomainError && error.kind === 'unauthenticated') return ANONYMOUS;
      throw error;
    }
  };
  return async (access, authorization) => {
    switch (access) {
      case 'public':
        return ANONYMOUS;
      case 'optional-user':
        return optionalUser(authorization);
      case 'user':
        return requireUser(await authenticate(authorization), access);
      case 'admin': {
        const admin = requireUser(await authenticate(authorization), access);
        await confirmSession(admin);
        return admin;
      }
    }
  };
};
