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
 * Any service that auth knows, the operator's own ones included, or these only, by their client ids. A list is for
 * calls between components: a service token of anything else cannot make them.
 */
export type ServiceRule<ClientId extends string = string> =
  | 'any'
  | readonly [ClientId, ...ClientId[]];

/**
 * Who may call a method. Whom a rule does not name is refused.
 *
 * - `open`: anyone, with or without a token, because the request carries a credential of its own or the answer is
 *   public.
 * - `users`: these users. Left out: no user, not even an administrator.
 * - `services`: these services. Left out: no service.
 */
export type AccessRule<ClientId extends string = string> =
  | 'open'
  | { readonly users: UserRule; readonly services?: ServiceRule<ClientId> }
  | { readonly users?: UserRule; readonly services: ServiceRule<ClientId> };

/** True for what administrators do with a user's token, where the session must be known to be open. */
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
 * Lets a caller pass or refuses it. Only the verified token decides; no other metadata is looked at.
 *
 * @throws DomainError TOKEN_MISSING without a token; for a user ADMIN_REQUIRED, or SERVICE_REQUIRED where only
 *   services may call; for a service SERVICE_NOT_ALLOWED when it is not on the list, ADMIN_REQUIRED or
 *   PERMISSION_DENIED where only administrators or users may call
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
