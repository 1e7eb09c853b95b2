/** A rate limit, and what it leaves to the caller. */
export interface RateLimit {
  /** Name of the limit: lower-case letters and "-". */
  readonly policy: string;
  /** Maximum per window. */
  readonly limit: number;
  /** Undefined for a limit on what is open at the same time. */
  readonly windowSeconds?: number | undefined;
  readonly remaining: number;
  /** Seconds until more remains. */
  readonly resetSeconds: number;
}

/** `RateLimit-Policy` and `RateLimit` of draft-ietf-httpapi-ratelimit-headers-10. */
export const toRateLimitHeaders = ({
  policy,
  limit,
  windowSeconds,
  remaining,
  resetSeconds,
}: RateLimit): Readonly<Record<string, string>> => {
  const window = windowSeconds === undefined ? '' : `;w=${windowSeconds}`;
  return {
    'ratelimit-policy': `"${policy}";q=${limit}${window}`,
    ratelimit: `"${policy}";r=${remaining};t=${resetSeconds}`,
  };
};
