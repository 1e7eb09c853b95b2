import type { IssuerKey } from '@flashreserve/identity';
import { createSilentLogger, createTestClock } from '@flashreserve/ops';
import { createIssuerKeeper } from './issuer-keeper';
import type { ConfiguredIssuer } from './ports';

const START = new Date('2026-01-01T00:00:00Z');
const REFRESH_SECONDS = 300;
const STALE_SECONDS = 3_600;
const issuerNamed = (alias: string): ConfiguredIssuer => ({
  issuer: `https://${alias}.example`,
  alias,
  audiences: ['api'],
  audienceClaim: 'aud',
  algorithms: ['RS256'],
  customerClaim: ['sub'],
  requiredClaims: [],
  allowHttp: false,
});
const key = (kid: string): IssuerKey => ({ kty: 'RSA', kid });

const setUp = (aliases: readonly string[] = ['one']) => {
  const clock = createTestClock(START);
  const reads: string[] = [];
  const outcomes: string[] = [];
  const answers = new Map<string, () => Promise<readonly IssuerKey[]>>();
  const keeper = createIssuerKeeper({
    issuers: aliases.map(issuerNamed),
    reader: {
      read: ({ alias }) => {
        reads.push(alias);
        return answers.get(alias)?.() ?? Promise.resolve([key('first')]);
      },
    },
    clock,
    log: createSilentLogger(),
    refreshSeconds: REFRESH_SECONDS,
    staleSeconds: STALE_SECONDS,
    onRefresh: (alias, at) => outcomes.push(`${alias} ${at === undefined ? 'failed' : 'ok'}`),
  });
  const kids = async (alias = '') =>
    (await keeper.list(alias)).issuers.map(({ keys }) => keys.map(({ kid }) => kid).join());
  return { clock, reads, outcomes, answers, keeper, kids };
};
const away = (): Promise<never> => Promise.reject(new Error('away'));
const never = (): Promise<never> => new Promise(() => undefined);
/** Moves the clock of the keeper and its timers. */
const pass = async (clock: ReturnType<typeof createTestClock>, ms: number): Promise<void> => {
  clock.advanceMs(ms);
  await jest.advanceTimersByTimeAsync(ms);
};

describe('keys of trusted issuers', () => {
  // Streams of other parts may use nextTick, which would count as a timer.
  beforeEach(() => jest.useFakeTimers({ doNotFake: ['nextTick'] }));
  afterEach(() => jest.useRealTimers());

  it('without issuers nothing runs', async () => {
    const { kids } = setUp([]);
    expect(jest.getTimerCount()).toBe(0);
    await expect(kids()).resolves.toEqual([]);
  });

  it('the first answer waits for the first keys', async () => {
    const { kids, reads, outcomes } = setUp(['one', 'two']);
    await expect(kids()).resolves.toEqual(['first', 'first']);
    await kids();
    expect(reads).toEqual(['one', 'two']);
    expect(outcomes).toEqual(['one ok', 'two ok']);
  });

  it('keys are fetched again in the interval, so that withdrawn ones disappear', async () => {
    const { kids, clock, answers } = setUp();
    await kids();
    answers.set('one', async () => [key('second')]);
    await pass(clock, REFRESH_SECONDS * 1_000);
    await expect(kids()).resolves.toEqual(['second']);
  });

  it('on demand keys are fetched at most once in the cool-down', async () => {
    const { kids, clock, answers, reads } = setUp(['one', 'two']);
    await kids();
    answers.set('one', async () => [key('first'), key('second')]);
    await expect(kids('one')).resolves.toEqual(['first', 'first']);
    clock.advanceMs(10_000);
    await expect(kids('one')).resolves.toEqual(['first,second', 'first']);
    await kids('one');
    await kids('nobody');
    expect(reads).toEqual(['one', 'two', 'one']);
  });

  it('an issuer that is away keeps its keys until they are stale, and is tried every 30 s', async () => {
    const { keeper, kids, clock, answers, reads } = setUp();
    await kids();
    answers.set('one', away);
    await pass(clock, REFRESH_SECONDS * 1_000);
    for (let round = 0; round < 10; round += 1) await pass(clock, 30_000);
    expect(reads.length).toBeGreaterThan(10);
    await expect(keeper.list('')).resolves.toMatchObject({
      issuers: [
        { keys: [key('first')], keysExpireAt: new Date(START.getTime() + STALE_SECONDS * 1_000) },
      ],
    });
    await pass(clock, STALE_SECONDS * 1_000);
    const [stale] = (await keeper.list('')).issuers;
    expect(stale).toEqual({ issuer: issuerNamed('one'), keys: [] });
    answers.delete('one');
    await pass(clock, 30_000);
    await expect(kids()).resolves.toEqual(['first']);
  });

  it('an issuer that hangs delays no other for more than 3 s, and later ones not at all', async () => {
    const { kids, answers, clock } = setUp(['one', 'two']);
    await kids();
    answers.set('one', never);
    clock.advanceMs(10_000);
    const answer = kids('one');
    await jest.advanceTimersByTimeAsync(3_000);
    await expect(answer).resolves.toEqual(['first', 'first']);
    await expect(kids('')).resolves.toEqual(['first', 'first']);
  });

  it('a withdrawn key set leaves no key', async () => {
    const { kids, clock, answers, keeper } = setUp();
    await kids();
    answers.set('one', async () => []);
    await pass(clock, REFRESH_SECONDS * 1_000);
    await expect(kids()).resolves.toEqual(['']);
    expect((await keeper.list('')).issuers[0]?.keysExpireAt).toBeDefined();
  });

  it('after a stop nothing is fetched', async () => {
    const { keeper, kids, clock, reads } = setUp();
    await kids();
    keeper.stop();
    await pass(clock, 10 * REFRESH_SECONDS * 1_000);
    expect(reads).toHaveLength(1);
  });
});
