import type { Principal } from '@flashreserve/identity';
import type { Clock } from '@flashreserve/ops';
import { permissionDenied } from '@flashreserve/rpc';
import type { SessionRepository } from './ports';

export type EndSession = (sessionId: string, caller: Principal) => Promise<void>;

/**
 * Ends the session of the caller's own access token. A token can end no other session.
 *
 * @throws DomainError PERMISSION_DENIED for any other session
 */
export const createEndSession =
  (deps: {
    readonly sessions: Pick<SessionRepository, 'end'>;
    readonly clock: Clock;
  }): EndSession =>
  async (sessionId, caller) => {
    if (caller.kind !== 'user' || caller.sessionId !== sessionId) {
      throw permissionDenied('A user can only end the session of its own token.');
    }
    await deps.sessions.end(sessionId, deps.clock.now());
  };
