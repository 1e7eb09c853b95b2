import type { Clock } from '@flashreserve/ops';
import type { KeyRing } from './key-ring';
import type { TokenSubject } from './ports';

export interface AccessToken {
  readonly accessToken: string;
  readonly expiresInSeconds: number;
}

export type IssueAccessToken = (
  subject: TokenSubject,
  life?: {
    /** When the subject was authenticated; now by default. */
    readonly issuedAt?: Date;
    /** The token expires by then. */
    readonly endsAt?: Date | undefined;
  },
) => Promise<AccessToken>;

/** Signs an access token for a subject that is already authenticated. */
export const createIssueAccessToken =
  (deps: {
    readonly keyRing: KeyRing;
    readonly clock: Clock;
    readonly ttlSeconds: Readonly<Record<TokenSubject['kind'], number>>;
  }): IssueAccessToken =>
  async (subject, life = {}) => {
    const sign = await deps.keyRing.signer();
    const { issuedAt = deps.clock.now(), endsAt } = life;
    const leftSeconds =
      endsAt === undefined ? Infinity : Math.floor((endsAt.getTime() - issuedAt.getTime()) / 1_000);
    const ttlSeconds = Math.min(deps.ttlSeconds[subject.kind], leftSeconds);
    return {
      accessToken: sign(subject, { issuedAt, ttlSeconds }),
      expiresInSeconds: ttlSeconds,
    };
  };
