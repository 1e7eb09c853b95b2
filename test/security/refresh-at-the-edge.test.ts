import { eventually } from '../support/eventually';
import { type InProcessStack, startInProcessStack } from '../support/in-process-stack';
import type { RestResponse } from '../support/rest-client';
import { createShop, PASSWORD, type Shop } from '../support/shop';
import { uniquePrefix } from '../support/stores';
import { verdictOf } from './rest-edge/world';

// Goal: reuse of a stolen refresh token ends its session, and accidental reuse does not, through
// any gateway. Method: two gateways on real stores, with a short grace period that tests can
// outlast.

const GRACE_SECONDS = 2;

interface Tokens {
  readonly accessToken: string;
  readonly refreshToken: string;
}

const tokensOf = ({ body }: RestResponse): Tokens => body as Tokens;

let stack: InProcessStack;
let first: Shop;
let second: Shop;

const start = async (graceSeconds: number): Promise<void> => {
  const env = { REFRESH_GRACE_SECONDS: String(graceSeconds) };
  stack = await startInProcessStack({ prefix: uniquePrefix(), instances: 2, env });
  first = createShop(stack.urls[0], stack.env);
  second = createShop(stack.urls[1] ?? '', stack.env);
};

const refresh = (refreshToken: string, shop = first): Promise<RestResponse> =>
  shop.rest('POST', '/auth/refresh', { body: { refreshToken } });

/** Sends the same token ten times concurrently, through both gateways. */
const refreshAtOnce = (refreshToken: string): Promise<readonly RestResponse[]> =>
  Promise.all(
    Array.from({ length: 10 }, (_, index) => refresh(refreshToken, index % 2 ? second : first)),
  );

const whoAmI = async ({ accessToken }: Tokens): Promise<string> =>
  verdictOf(await second.rest('GET', '/auth/me', { token: accessToken }));

describe('with a grace period', () => {
  beforeAll(() => start(GRACE_SECONDS));
  afterAll(() => stack.stop());

  it('each of ten concurrent refreshes gets its own pair, all of one session', async () => {
    const { refreshToken } = await first.newBuyer();

    const answers = await refreshAtOnce(refreshToken);

    expect(answers.map(verdictOf)).toEqual(answers.map(() => '200'));
    const pairs = answers.map(tokensOf);
    expect(new Set(pairs.map((pair) => pair.refreshToken)).size).toBe(pairs.length);
    expect(await Promise.all(pairs.map(whoAmI))).toEqual(pairs.map(() => '200'));

    const [one, ...others] = pairs;
    await second.rest('POST', '/auth/logout', { body: { refreshToken: one?.refreshToken } });
    for (const pair of others) {
      expect(verdictOf(await refresh(pair.refreshToken))).toBe('401 INVALID_REFRESH_TOKEN');
    }
  });

  it('a token reused after the grace period ends only its session, through any gateway', async () => {
    const buyer = await first.newBuyer();
    const elsewhere = await first.login(buyer.email, PASSWORD);
    let stolen = tokensOf(await refresh(buyer.refreshToken));

    await eventually(
      async () => {
        const answer = await refresh(buyer.refreshToken, second);
        if (answer.status === 200) stolen = tokensOf(answer);
        expect(verdictOf(answer)).toBe('401 REFRESH_TOKEN_REUSED');
      },
      GRACE_SECONDS * 1_000 + 10_000,
    );

    expect(verdictOf(await refresh(stolen.refreshToken))).toBe('401 INVALID_REFRESH_TOKEN');
    expect(verdictOf(await refresh(buyer.refreshToken))).toBe('401 REFRESH_TOKEN_REUSED');
    expect(verdictOf(await refresh(elsewhere.refreshToken))).toBe('200');
  });
});

describe('without a grace period', () => {
  beforeAll(() => start(0));
  afterAll(() => stack.stop());

  it('at most one of ten concurrent refreshes gets a pair, and the session ends', async () => {
    const { refreshToken } = await first.newBuyer();

    const answers = await refreshAtOnce(refreshToken);

    const won = answers.filter(({ status }) => status === 200);
    const lost = answers.filter((answer) => !won.includes(answer));
    expect(won.length).toBeLessThanOrEqual(1);
    for (const verdict of lost.map(verdictOf)) {
      expect(verdict).toMatch(/^401 (REFRESH_TOKEN_REUSED|INVALID_REFRESH_TOKEN)$/);
    }
    for (const answer of won) {
      const next = await refresh(tokensOf(answer).refreshToken);
      expect(verdictOf(next)).toBe('401 INVALID_REFRESH_TOKEN');
    }
  });
});
