import * as rpc from '@flashreserve/rpc';
import { type AccessRule, checkAccess, needsOpenSession } from './access-rule';
import type { Principal } from './principal';
import type { TokenVerifier } from './token-verifier';

/** Everything a handler knows about a call besides the request, including the caller. */
export type CallContext = rpc.CallContext<Principal>;

/** One handler per method of a ts-proto server interface; a missing one does not compile. */
export type Handlers<Server> = rpc.Handlers<Server, Principal>;

/**
 * Who may call each method. A method without a rule does not compile, so nothing is open by
 * accident.
 */
export type AccessPolicy<Server, ClientId extends string = string> = rpc.AccessPolicy<
  Server,
  AccessRule<ClientId>
>;

export interface ServiceOptions<Server>
  extends Omit<rpc.ServiceOptions<Server, AccessRule, Principal>, 'access'> {
  readonly verifier: Pick<TokenVerifier, 'authenticate' | 'confirmSession'>;
}

/** Like `defineService` of rpc, with token authentication and access rules. */
export const defineService = <Server>({
  verifier,
  ...options
}: ServiceOptions<Server>): rpc.GrpcService =>
  rpc.defineService<Server, AccessRule, Principal>({
    ...options,
    access: {
      admit: async (authorization, rule) => {
        const principal = await verifier.authenticate(authorization);
        checkAccess(rule, principal);
        if (needsOpenSession(rule, principal)) await verifier.confirmSession(principal);
        return principal;
      },
    },
  });
