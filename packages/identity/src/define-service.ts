import * as rpc from '@flashreserve/rpc';
import { type AccessRule, checkAccess, needsOpenSession } from './access-rule';
import type { Principal } from './principal';
import type { TokenVerifier } from './token-verifier';

/** What a handler knows about the call beyond its request, its caller included. */
export type CallContext = rpc.CallContext<Principal>;

/** One handler for each method of a ts-proto server interface; a missing one does not compile. */
export type Handlers<Server> = rpc.Handlers<Server, Principal>;

/** Who may call each method; a method without a rule does not compile, so nothing is open by accident. */
export type AccessPolicy<Server, ClientId extends string = string> = rpc.AccessPolicy<
  Server,
  AccessRule<ClientId>
>;

export interface ServiceOptions<Server>
  extends Omit<rpc.ServiceOptions<Server, AccessRule, Principal>, 'access'> {
  readonly verifier: TokenVerifier;
}

/** As `defineService` of rpc, with callers that are known by their tokens and admitted by access rules. */
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
