import type { Scope } from '@flashreserve/contracts';
import {
  adminRequired,
  permissionDenied,
  scopeRequired,
  serviceNotAllowed,
  serviceRequired,
  unauthenticated,
} from '@flashreserve/rpc';
import type { Principal, UserRole } from './principal';

/** Any user with a valid token, guests included, or administrators only. */
export type UserRule = 'any' | 'admin';

/**
 * Any service known to auth, including the operator's own, or only the listed client ids. A list is
 * for calls between components: other service tokens are refused.
 */
export type ServiceRule<ClientId extends string = string> =
  | 'any'
  | readonly [ClientId, ...ClientId[]];

interface Callers<ClientId extends string> {
  readonly users: UserRule;
  readonly services: ServiceRule<ClientId>;
  readonly clients: Scope;
}

/** At least one kind of caller. */
type Admitted<ClientId extends string> = {
  [Kind in keyof Callers<ClientId>]: Pick<Callers<ClientId>, Kind> & Partial<Callers<ClientId>>;
}[keyof Callers<ClientId>];

/**
 * Who may call a method. Callers that the rule does not include are refused.
 *
 * - `open`: anyone, with or without a token; the request carries its own credential or the response
 * is public.
 * - `users`: these users. If omitted: no users, not even administrators.
 * - `services`: these services. If omitted: no services.
 * - `clients`: API clients whose token has this scope. If omitted: no API clients.
 */
export type AccessRule<ClientId extends string = string> = 'open' | Admitted<ClientId>;

type Rules = Partial<Callers<string>>;

/**
 * Whether the caller's session must be confirmed as open: an administrator's, or an API client's
 * that does what otherwise only administrators may.
 */
export const needsOpenSession = (rule: AccessRule, principal: Principal): boolean =>
  rule !== 'open' &&
  rule.users === 'admin' &&
  (principal.kind === 'user' || principal.kind === 'client');

const clientRequired = () => permissionDenied('Only an API client may do this.');

const checkUser = ({ users, services }: Rules, role: UserRole): void => {
  if (users === undefined) throw services === undefined ? clientRequired() : serviceRequired();
  if (users === 'admin' && role !== 'ADMIN') throw adminRequired();
};

const checkService = ({ users, services }: Rules, clientId: string): void => {
  if (services === undefined) {
    if (users === undefined) throw clientRequired();
    throw users === 'admin' ? adminRequired() : permissionDenied('Only a user may do this.');
  }
  const listed: readonly string[] = services === 'any' ? [clientId] : services;
  if (!listed.includes(clientId)) throw serviceNotAllowed();
};

const checkClient = ({ users, clients }: Rules, scopes: ReadonlySet<Scope>): void => {
  if (clients === undefined) {
    if (users === undefined) throw serviceRequired();
    throw users === 'admin' ? adminRequired() : permissionDenied('An API client may not do this.');
  }
  if (!scopes.has(clients)) throw scopeRequired(clients);
};

/**
 * Admits or refuses a caller, based on the verified token only.
 *
 * @throws DomainError TOKEN_MISSING without a token; for a user ADMIN_REQUIRED, or SERVICE_REQUIRED
 *   where only services may call; for a service SERVICE_NOT_ALLOWED when it is not on the list; for
 *   an API client SCOPE_REQUIRED when its token does not have the scope; for a kind of caller that
 *   the rule does not include ADMIN_REQUIRED, SERVICE_REQUIRED or PERMISSION_DENIED
 */
export const checkAccess = (rule: AccessRule, principal: Principal): void => {
  if (rule === 'open') return;
  switch (principal.kind) {
    case 'anonymous':
      throw unauthenticated('TOKEN_MISSING');
    case 'user':
      checkUser(rule, principal.role);
      return;
    case 'client':
      checkClient(rule, principal.scopes);
      return;
    case 'service':
      checkService(rule, principal.clientId);
  }
};
