import { ProblemError } from '../errors';
import type { Problem, Tokens } from '../gen/openapi';
import { createSession, type SessionTokens } from './session';

const tokensOf = (name: string, expiresIn = 900): Tokens => ({
  accessToken: `access-${name}`,
  refreshToken: `refresh-${name}`,
  tokenType: 'Bearer',
  expiresIn,
});

const refused = (): ProblemError =>
  new ProblemError(
    {
      type: '/errors#invalid-refresh-token',
      title: 'Unauthorized',
      status: 401,
      detail: 'The refresh token is not valid.',
      instance: 'urn:test',
      reason: 'INVALID_REFRESH_TOKEN',
      requestId: 'r',
    } satisfies Problem,
    undefined,
    { attempts: 1 },
  );

/** A session that began at 0, whose tokens end after 900 seconds. */
const startSession = (exchange: (refreshToken: string) => Promise<Tokens>) => {
  const clock = { now: 0 };
  const told: (SessionTokens | undefined)[] = [];
  const exchanged: string[] = [];
  const session = createSession({
    tokens: undefined,
    exchange: (refreshToken) => {
      exchanged.push(refreshToken);
      return exchange(refreshToken);
    },
    onTokens: (tokens) => told.push(tokens),
    now: () => clock.now,
  });
  session.start(tokensOf('1'));
  return { session, clock, told, exchanged };
};

describe('a session', () => {
  it('renews its access token shortly before the end, once for all who ask', async () => {
    const { session, clock, told, exchanged } = startSession(async () => tokensOf('2'));

    clock.now = 869_999;
    expect(await session.accessToken()).toBe('access-1');
    clock.now = 870_000;
    const asked = await Promise.all([session.accessToken(), session.accessToken()]);

    expect(asked).toEqual(['access-2', 'access-2']);
    expect(exchanged).toEqual(['refresh-1']);
    expect(told.map((tokens) => tokens?.refreshToken)).toEqual(['refresh-1', 'refresh-2']);
  });

  it('renews once when several requests hear that the same token has expired', async () => {
    const { session, exchanged } = startSession(async () => tokensOf('2'));

    const first = await Promise.all([
      session.accessTokenAfter('access-1'),
      session.accessTokenAfter('access-1'),
    ]);
    const late = await session.accessTokenAfter('access-1');

    expect([...first, late]).toEqual(['access-2', 'access-2', 'access-2']);
    expect(exchanged).toHaveLength(1);
  });

  it('uses the old token while new ones cannot be had', async () => {
    const { session, clock, told } = startSession(() => Promise.reject(new Error('away')));
    clock.now = 880_000;

    expect(await session.accessToken()).toBe('access-1');
    expect(await session.accessToken()).toBe('access-1');
    expect(told).toHaveLength(1);
  });

  it('is over, and says so, when the server refuses the refresh token', async () => {
    const { session, clock, told } = startSession(() => Promise.reject(refused()));
    clock.now = 880_000;

    await expect(session.accessToken()).rejects.toMatchObject({ reason: 'INVALID_REFRESH_TOKEN' });

    expect(told.at(-1)).toBeUndefined();
    expect(await session.accessToken()).toBeUndefined();
  });

  it('stays ended when new tokens arrive after a logout', async () => {
    let arrive: (tokens: Tokens) => void = () => undefined;
    const { session } = startSession(
      () =>
        new Promise((resolve) => {
          arrive = resolve;
        }),
    );

    const renewal = session.accessTokenAfter('access-1');
    session.end();
    arrive(tokensOf('2'));
    await renewal;

    expect(session.tokens()).toBeUndefined();
  });
});
