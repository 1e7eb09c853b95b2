import { byDeadline, type Clock } from '@flashreserve/ops';
import { deadlineExceeded } from '@flashreserve/rpc';

export interface IssuedToken {
  readonly accessToken: string;
  readonly expiresInSeconds: number;
}

/** Credential for one call of this service; spread into the call's options. */
export interface ServiceCredential {
  readonly token: string;
  /**
   * Call it when the called service answers UNAUTHENTICATED, for example because the signing key
   * was withdrawn: the token is dropped and the next call fetches a new one, at most once in five
   * seconds.
   */
  readonly onTokenRefused?: () => void;
}

/**
 * Returns this service's current token, and fetches a new one when it is near its expiry or was
 * rejected.
 *
 * @throws DomainError DEADLINE_EXCEEDED if there is no token by the deadline; the error of a failed
 *   fetch
 */
export type ServiceTokenSource = (deadline?: Date) => Promise<ServiceCredential>;

/**
 * A token is renewed once less than this share of its lifetime is left, so that short outages of
 * auth go unnoticed.
 */
const RENEW_BELOW_SHARE = 0.5;
/** Pause before a failed early renewal is retried. */
const RENEWAL_PAUSE_MS = 5_000;
/**
 * Minimum interval between replacements of rejected tokens, so that a service that rejects
 * everything cannot flood auth.
 */
const REPLACEMENT_PAUSE_MS = 5_000;

/** Waits for a possibly shared promise, but no longer than until the deadline. */
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
    // Concurrent calls are rejected together; only the first rejection counts.
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
      // The old token is still valid, so no caller waits for the new one and a failure has no
      // effect yet.
      renewalPausedUntil = now + RENEWAL_PAUSE_MS;
      renewOnce().catch(() => undefined);
    }
    if (current === undefined) throw new TypeError('Renewing the service token returned none.');
    return current.credential;
  };
};
