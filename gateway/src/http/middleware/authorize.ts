import { ANONYMOUS, checkAccess, type Principal, type TokenVerifier } from '@flashreserve/identity';
import { adminRequired, DomainError, permissionDenied, unauthenticated } from '@flashreserve/rpc';
import type { ClientPrincipal, Route, UserPrincipal } from '../route';
import { asKeyError, type KeyExchange, type Sender } from './api-keys';

/** A caller that a route can admit. */
export type Caller = UserPrincipal | ClientPrincipal | typeof ANONYMOUS;

/**
 * Authorizes the caller of a route before the rest of the request is read. Services authorize
 * again. Only a caller that has to be verified or confirmed is worth a promise.
 *
 * @throws DomainError TOKEN_MISSING, TOKEN_INVALID, TOKEN_EXPIRED or TOKEN_REVOKED, and for an API
 *   key API_KEY_INVALID instead of TOKEN_INVALID and TOKEN_REVOKED; ADMIN_REQUIRED, SCOPE_REQUIRED
 *   or PERMISSION_DENIED; AUTH_UNAVAILABLE when no keys have been fetched yet, or the session of an
 *   administrator or a manager cannot be checked; LOGIN_LIMITED for an API key
 */
export type Authorizer = (
  route: Pick<Route, 'access' | 'scope'>,
  authorization: string | undefined,
  sender: Sender,
) => Caller | Promise<Caller>;

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

/** Admits users, or administrators, and API clients with the scope. */
const requireUserOrClient = (
  principal: Principal,
  users: 'any' | 'admin',
  scope: Route['scope'],
): UserPrincipal | ClientPrincipal => {
  if (principal.kind === 'service') {
    if (users === 'admin') throw adminRequired();
    throw permissionDenied('Only users and API clients may do this; services call gRPC.');
  }
  checkAccess(scope === undefined ? { users } : { users, clients: scope }, principal);
  if (principal.kind === 'anonymous') throw unauthenticated('TOKEN_MISSING');
  return principal;
};

export const createAuthorizer = (
  { authenticate: verify, recall, confirmSession }: TokenVerifier,
  exchangeKey: KeyExchange,
): Authorizer => {
  /**
   * The key may be valid although its remembered token is not: the signing key can have been
   * withdrawn since.
   */
  const authenticateKey = async (
    authorization: string | undefined,
    sender: Sender,
  ): Promise<Principal> => {
    const exchanged = await exchangeKey(authorization, sender);
    try {
      return await verify(exchanged);
    } catch (error) {
      if (!isInvalidToken(error)) throw error;
      const other = await exchangeKey(authorization, sender, exchanged);
      if (other === exchanged) throw error;
      return verify(other);
    }
  };
  const authenticate = async (
    authorization: string | undefined,
    sender: Sender,
  ): Promise<Principal> => {
    const principal = isKey(authorization)
      ? await authenticateKey(authorization, sender)
      : await verify(authorization);
    if (principal.kind === 'client') sender.client = principal;
    return principal;
  };

  /**
   * A token that is invalid or not a user's is ignored, and so is a key. An expired one is refused:
   * a guest who registered without its token would lose its reservations, and can renew the token.
   */
  const optionalUser = async (
    authorization: string | undefined,
  ): Promise<UserPrincipal | typeof ANONYMOUS> => {
    if (isKey(authorization)) return ANONYMOUS;
    try {
      const principal = await verify(authorization);
      return principal.kind === 'user' ? principal : ANONYMOUS;
    } catch (error) {
      const isIgnored =
        error instanceof DomainError &&
        error.kind === 'unauthenticated' &&
        error.reason !== 'TOKEN_EXPIRED';
      if (isIgnored) return ANONYMOUS;
      throw error;
    }
  };
  const verified = async (
    {
      access,
      scope,
    }: {
      readonly access: Exclude<Route['access'], 'public'>;
      readonly scope: Route['scope'];
    },
    authorization: string | undefined,
    sender: Sender,
  ): Promise<Caller> => {
    switch (access) {
      case 'optional-user':
        return optionalUser(authorization);
      case 'user':
        return requireUser(await authenticate(authorization, sender), access);
      case 'customer':
        return requireUserOrClient(await authenticate(authorization, sender), 'any', scope);
      case 'admin': {
        const admin = requireUser(await authenticate(authorization, sender), access);
        await confirmSession(admin);
        return admin;
      }
      case 'manager': {
        const manager = requireUserOrClient(
          await authenticate(authorization, sender),
          'admin',
          scope,
        );
        await confirmSession(manager);
        return manager;
      }
    }
  };
  return ({ access, scope }, authorization, sender) => {
    if (access === 'public') return ANONYMOUS;
    if (access === 'customer' && authorization !== undefined) {
      const known = recall(authorization);
      if (known !== undefined) {
        if (known.kind === 'client') sender.client = known;
        return requireUserOrClient(known, 'any', scope);
      }
    }
    const caller = verified({ access, scope }, authorization, sender);
    return isKey(authorization) ? orKeyError(caller) : caller;
  };
};

const orKeyError = async (caller: Promise<Caller>): Promise<Caller> => {
  try {
    return await caller;
  } catch (error) {
    throw asKeyError(error);
  }
};

const isInvalidToken = (error: unknown): boolean =>
  error instanceof DomainError &&
  (error.reason === 'TOKEN_INVALID' || error.reason === 'TOKEN_EXPIRED');

/** Without a call for the tokens of buyers, who are in a hurry. */
const isKey = (authorization: string | undefined): boolean =>
  authorization !== undefined && /^bearer +fr_/i.test(authorization);
