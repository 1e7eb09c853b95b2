import {
  adminRequired,
  permissionDenied,
  serviceNotAllowed,
  serviceRequired,
  unauthenticated,
} from '@flashreserve/rpc';
import type { Principal } from './principal';

/** Any user with a valid token, or administrators only. */
export type UserRule = 'any' | 'admin';

/**
 * Any service known to auth, including the operator's own, or only the listed client ids. A list is
 * for calls between components: other service tokens are refused.
 */
export type ServiceRule<ClientId extends string = string> =
  | 'any'
  | readonly [ClientId, ...ClientId[]];

/**
 * Who may call a method. Callers that the rule does not include are refused.
 *
 * - `open`: anyone, with or without a token; the request carries its own credential or the response
 * is public.
 * - `users`: these users. If omitted: no users, not even administrators.
 * - `services`: these services. If omitted: no services.
 */
export type AccessRule<ClientId extends string = string> =
  | 'open'
  | { readonly users: UserRule; readonly services?: ServiceRule<ClientId> }
  | { readonly users?: UserRule; readonly services: ServiceRule<ClientId> };

/**
 * Whether an administrator calls with a user token, for which the session must be confirmed as
 * open.
 */
export const needsOpenSession = (rule: AccessRule, principal: Principal): boolean =>
  rule !== 'open' && rule.users === 'admin' && principal.kind === 'user';

type Rules = Exclude<AccessRule, 'open'>;

const checkUser = ({ users }: Rules, role: 'CUSTOMER' | 'ADMIN'): void => {
  if (users === undefined) throw serviceRequired();
  if (users === 'admin' && role !== 'ADMIN') throw adminRequired();
};

const checkService = ({ users, services }: Rules, clientId: string): void => {
  if (services === undefined) {
    throw users === 'admin' ? adminRequired() : permissionDenied('Only a user may do this.');
  }
  const listed: readonly string[] = services === 'any' ? [clientId] : services;
  if (!listed.includes(clientId)) throw serviceNotAllowed();
};

/**
 * Admits or refuses a caller, based on the verified token only.
 *
 * @throws DomainError TOKEN_MISSING without a token; for a user ADMIN_REQUIRED, or SERVICE_REQUIRED
 *   where only services may call; for a service SERVICE_NOT_ALLOWED when it is not on the list,
 *   ADMIN_REQUIRED or PERMISSION_DENIED where only administrators or users may call
 */
export const checkAccess = (rule: AccessRule, principal: Principal): void => {
  if (rule === 'open') return;
  switch (principal.kind) {
    case 'anonymous':
      throw unauthenticated('TOKEN_MISSING');
    case 'user':
      checkUser(rule, principal.role);
      return;
    case 'service':
      checkService(rule, principal.clientId);
  }
};
