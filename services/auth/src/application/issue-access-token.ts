import type { Clock } from '@flashreserve/ops';
import type { KeyRing } from './key-ring';
import type { TokenSubject } from './ports';

export interface AccessToken {
  readonly accessToken: string;
  readonly expiresInSeconds: number;
}

export type IssueAccessToken = (subject: TokenSubject) => Promise<AccessToken>;

/** Signs an access token for a subject that is already authenticated. */
export const createIssueAccessToken =
  (deps: {
    readonly keyRing: KeyRing;
    readonly clock: Clock;
    readonly ttlSeconds: Readonly<Record<TokenSubject['kind'], number>>;
  }): IssueAccessToken =>
  async (subject) => {
    const sign = await deps.keyRing.signer();
    const expiresInSeconds = deps.ttlSeconds[subject.kind];
    const accessToken = sign(subject, {
      issuedAt: deps.clock.now(),
      ttlSeconds: expiresInSeconds,
    });
    return { accessToken, expiresInSeconds };
  };
