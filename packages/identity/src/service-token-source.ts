import { byDeadline, type Clock } from '@flashreserve/ops';
import { deadlineExceeded } from '@flashreserve/rpc';

export interface IssuedToken {
  readonly accessToken: string;
  readonly expiresInSeconds: number;
}

/** What one call of this service proves itself with; goes into the options of the call as it is. */
export interface ServiceCredential {
  readonly token: string;
  /**
   * To be called when the called service answers UNAUTHENTICATED, for example because the key that signed the token
   * was withdrawn: the token is forgotten and the next call fetches another, at most once in five seconds.
   */
  readonly onTokenRefused?: () => void;
}

/**
 * Gives this service's current token, fetching a new one when the old one gets near its end or was refused.
 *
 * @throws DomainError DEADLINE_EXCEEDED when there is no token at the deadline; whatever kept auth from answering
 */
export type ServiceTokenSource = (deadline?: Date) => Promise<ServiceCredential>;

/** A token is renewed when less than this share of its life is left, so that auth may be away for a while. */
const RENEW_BELOW_SHARE = 0.5;
/** A failed early renewal is not tried again for this long. */
const RENEWAL_PAUSE_MS = 5_000;
/** A refused token is replaced at most this often, so that a service that refuses everybody cannot flood auth. */
const REPLACEMENT_PAUSE_MS = 5_000;

/** Waits for what others may be waiting for, too, but no longer than until the deadline. */
const until = (deadline: Date | undefined, work: Promise<void>): Promise<void> =>
  deadline === undefined ? work : byDeadline(deadline, work, deadlineExceeded);

interface CurrentToken {
  readonly credential: ServiceCredential;
  readonly renewAt: number;
  readonly expiresAt: number;
}

export const createServiceTokenSource = (options: {
  readonly issue: () => Promise<IssuedToken>;
  readonly clock: Clock;
}): ServiceTokenSource => {
  let current: CurrentToken | undefined;
  let renewing: Promise<void> | undefined;
  let renewalPausedUntil = 0;
  let replacementPausedUntil = 0;

  const forget = (token: string): void => {
    const now = options.clock.now().getTime();
    // Calls that went out together are refused together; only the first of them says something new.
    if (current?.credential.token !== token || now < replacementPausedUntil) return;
    replacementPausedUntil = now + REPLACEMENT_PAUSE_MS;
    current = undefined;
  };
  const renew = async (): Promise<void> => {
    const issuedAt = options.clock.now().getTime();
    const { accessToken: token, expiresInSeconds } = await options.issue();
    const lifeMs = expiresInSeconds * 1000;
    current = {
      credential: {
        token,
        onTokenRefused: () => {
          forget(token);
        },
      },
      renewAt: issuedAt + lifeMs * (1 - RENEW_BELOW_SHARE),
      expiresAt: issuedAt + lifeMs,
    };
  };
  const renewOnce = (): Promise<void> => {
    renewing ??= renew().finally(() => {
      renewing = undefined;
    });
    return renewing;
  };

  return async (deadline) => {
    const now = options.clock.now().getTime();
    if (current === undefined || now >= current.expiresAt) {
      await until(deadline, renewOnce());
    } else if (now >= current.renewAt && now >= renewalPausedUntil) {
      // The old token is still good, so nobody waits for the new one and a failure costs nothing yet.
      renewalPausedUntil = now + RENEWAL_PAUSE_MS;
      renewOnce().catch(() => undefined);
    }
    if (current === undefined) throw new TypeError('Renewing a service token left none behind.');
    return current.credential;
  };
};
