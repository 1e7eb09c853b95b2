import { ProblemError } from '../errors';
import type { Problem, Tokens } from '../gen/openapi';
import { createSession } from './session';
import { createStorageTokenStore, type SessionTokens, type TokenStore } from './token-store';

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

/** A session that starts at 0, with tokens that expire after 900 seconds. */
const startSession = async (
  exchange: (refreshToken: string) => Promise<Tokens>,
  store?: TokenStore,
) => {
  const clock = { now: 0 };
  const told: (SessionTokens | undefined)[] = [];
  const exchanged: string[] = [];
  const session = createSession({
    store,
    tokens: undefined,
    exchange: (refreshToken) => {
      exchanged.push(refreshToken);
      return exchange(refreshToken);
    },
    onTokens: (tokens) => told.push(tokens),
    now: () => clock.now,
  });
  await session.start(tokensOf('1'));
  return { session, clock, told, exchanged };
};

describe('session', () => {
  it('the access token is renewed shortly before it expires, once for concurrent calls', async () => {
    const { session, clock, told, exchanged } = await startSession(async () => tokensOf('2'));

    clock.now = 869_999;
    expect(await session.accessToken()).toBe('access-1');
    clock.now = 870_000;
    const asked = await Promise.all([session.accessToken(), session.accessToken()]);

    expect(asked).toEqual(['access-2', 'access-2']);
    expect(exchanged).toEqual(['refresh-1']);
    expect(told.map((tokens) => tokens?.refreshToken)).toEqual(['refresh-1', 'refresh-2']);
  });

  it('requests that find the same token expired share one renewal', async () => {
    const { session, exchanged } = await startSession(async () => tokensOf('2'));

    const first = await Promise.all([
      session.accessTokenAfter('access-1'),
      session.accessTokenAfter('access-1'),
    ]);
    const late = await session.accessTokenAfter('access-1');

    expect([...first, late]).toEqual(['access-2', 'access-2', 'access-2']);
    expect(exchanged).toHaveLength(1);
  });

  it('the old token is used while the renewal fails', async () => {
    const { session, clock, told } = await startSession(() => Promise.reject(new Error('away')));
    clock.now = 880_000;

    expect(await session.accessToken()).toBe('access-1');
    expect(await session.accessToken()).toBe('access-1');
    expect(told).toHaveLength(1);
  });

  it('a rejected refresh token ends the session and notifies the app', async () => {
    const { session, clock, told } = await startSession(() => Promise.reject(refused()));
    clock.now = 880_000;

    await expect(session.accessToken()).rejects.toMatchObject({ reason: 'INVALID_REFRESH_TOKEN' });

    expect(told.at(-1)).toBeUndefined();
    expect(await session.accessToken()).toBeUndefined();
  });

  it('new tokens that arrive after a logout do not restore the session', async () => {
    let arrive: (tokens: Tokens) => void = () => undefined;
    const { session, exchanged } = await startSession(
      () =>
        new Promise((resolve) => {
          arrive = resolve;
        }),
    );

    const renewal = session.accessTokenAfter('access-1');
    while (exchanged.length === 0) await Promise.resolve();
    await session.set(undefined);
    arrive(tokensOf('2'));
    await renewal;

    expect(session.tokens()).toBeUndefined();
  });
});

describe('clients with the same store', () => {
  const newStorage = () => {
    const kept = new Map<string, string>();
    return {
      getItem: (key: string) => kept.get(key) ?? null,
      setItem: (key: string, value: string) => void kept.set(key, value),
      removeItem: (key: string) => void kept.delete(key),
    };
  };
  const oneUse = () => {
    const used = new Set<string>();
    return async (refreshToken: string): Promise<Tokens> => {
      if (used.has(refreshToken)) throw refused();
      used.add(refreshToken);
      // As long as a server takes, so that both exchanges are in flight at once if nothing prevents
      // it.
      await new Promise((resolve) => setImmediate(resolve));
      return tokensOf(`${Number(refreshToken.split('-')[1]) + 1}`);
    };
  };

  it('clients share one exchange, and both continue the session', async () => {
    const storage = newStorage();
    const exchange = oneUse();
    const one = await startSession(exchange, createStorageTokenStore(storage));
    const other = await startSession(exchange, createStorageTokenStore(storage));
    one.clock.now = 880_000;
    other.clock.now = 880_000;

    const asked = await Promise.all([one.session.accessToken(), other.session.accessToken()]);

    expect(asked).toEqual(['access-2', 'access-2']);
    expect([...one.exchanged, ...other.exchanged]).toEqual(['refresh-1']);
    expect(other.told.map((tokens) => tokens?.refreshToken)).toEqual(['refresh-1', 'refresh-2']);
  });

  it('without a common lock, the later client uses the tokens of the first', async () => {
    const storage = newStorage();
    const exchange = oneUse();
    const named = (name: string): TokenStore => ({ ...createStorageTokenStore(storage), name });
    const one = await startSession(exchange, named('one'));
    const other = await startSession(async (refreshToken) => {
      await one.session.accessTokenAfter('access-1');
      return exchange(refreshToken);
    }, named('other'));

    expect(await other.session.accessTokenAfter('access-1')).toBe('access-2');
    expect((await one.session.load())?.refreshToken).toBe('refresh-2');
  });

  it('tabs share one exchange although a write becomes visible late', async () => {
    let turn: Promise<unknown> = Promise.resolve();
    const request = (_name: string, _options: object, work: () => Promise<unknown>) => {
      turn = turn.then(work);
      return turn;
    };
    const before = Object.getOwnPropertyDescriptor(globalThis, 'navigator');
    Object.defineProperty(globalThis, 'navigator', {
      configurable: true,
      value: { locks: { request } },
    });
    const shared = newStorage();
    const late = (): TokenStore => {
      const own = newStorage();
      const store = createStorageTokenStore(shared);
      return {
        ...createStorageTokenStore(own),
        write: async (tokens) => {
          await createStorageTokenStore(own).write(tokens);
          setTimeout(() => void store.write(tokens), 50);
        },
        read: async () => (await store.read()) ?? createStorageTokenStore(own).read(),
      };
    };
    const exchange = oneUse();
    const tabs = [await startSession(exchange, late()), await startSession(exchange, late())];
    for (const { clock } of tabs) clock.now = 880_000;

    const asked = await Promise.all(tabs.map(({ session }) => session.accessToken()));
    if (before === undefined) Reflect.deleteProperty(globalThis, 'navigator');
    else Object.defineProperty(globalThis, 'navigator', before);

    expect(asked).toEqual(['access-2', 'access-2']);
    expect(tabs.flatMap(({ exchanged }) => exchanged)).toEqual(['refresh-1']);
  });

  it('a client notices a logout and a login by another', async () => {
    const storage = newStorage();
    const one = await startSession(oneUse(), createStorageTokenStore(storage));
    const other = await startSession(oneUse(), createStorageTokenStore(storage));

    await one.session.set(undefined);
    expect(await other.session.accessToken()).toBeUndefined();
    await one.session.start(tokensOf('7'));
    expect(await other.session.accessToken()).toBe('access-7');

    expect(other.told.map((tokens) => tokens?.refreshToken)).toEqual([
      'refresh-1',
      undefined,
      'refresh-7',
    ]);
  });

  it('an invalid session in the storage counts as none', async () => {
    const store = createStorageTokenStore({ ...newStorage(), getItem: () => '{"accessToken":1}' });
    expect(await store.read()).toBeUndefined();
  });
});
