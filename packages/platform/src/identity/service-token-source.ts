import type { Clock } from '../clock';
import { deadlineExceeded } from '../errors';

export interface IssuedToken {
  readonly accessToken: string;
  readonly expiresInSeconds: number;
}

/**
 * Gives this service's current token, fetching a new one when the old one gets near its end.
 *
 * @throws DomainError DEADLINE_EXCEEDED when there is no token at the deadline; whatever kept auth from answering
 */
export type ServiceTokenSource = (deadline?: Date) => Promise<string>;

/** A token is renewed when less than this share of its life is left, so that auth may be away for a while. */
const RENEW_BELOW_SHARE = 0.5;
/** A failed early renewal is not tried again for this long. */
const RENEWAL_PAUSE_MS = 5_000;

/** Waits for what others may be waiting for, too, but no longer than until the deadline. */
const until = async (deadline: Date | undefined, work: Promise<void>): Promise<void> => {
  if (deadline === undefined) return work;
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(
      () => {
        reject(deadlineExceeded());
      },
      Math.max(0, deadline.getTime() - Date.now()),
    );
  });
  try {
    await Promise.race([work, tooLate]);
  } finally {
    clearTimeout(timer);
  }
};

export const createServiceTokenSource = (options: {
  readonly issue: () => Promise<IssuedToken>;
  readonly clock: Clock;
}): ServiceTokenSource => {
  let current:
    | { readonly token: string; readonly renewAt: number; readonly expiresAt: number }
    | undefined;
  let renewing: Promise<void> | undefined;
  let pausedUntil = 0;

  const renew = async (): Promise<void> => {
    const issuedAt = options.clock.now().getTime();
    const { accessToken, expiresInSeconds } = await options.issue();
    const lifeMs = expiresInSeconds * 1000;
    current = {
      token: accessToken,
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
    } else if (now >= current.renewAt && now >= pausedUntil) {
      // The old token is still good, so nobody waits for the new one and a failure costs nothing yet.
      pausedUntil = now + RENEWAL_PAUSE_MS;
      renewOnce().catch(() => undefined);
    }
    if (current === undefined) throw new TypeError('Renewing a service token left none behind.');
    return current.token;
  };
};
