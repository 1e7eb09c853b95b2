import { ConnectionError, DeadlineError } from '../errors';
import { withBudget } from './budget';
import { createTransport, type Fetch, type OutgoingRequest } from './transport';

const RETRY = { attemptsMax: 3, attemptTimeoutMs: 40, baseDelayMs: 2, maxDelayMs: 8 };

const request = (repeatable: boolean): OutgoingRequest => ({
  url: 'http://shop.test/reservations/1',
  method: 'POST',
  headers: new Headers({ 'idempotency-key': 'order-1' }),
  body: '{"quantity":1}',
  repeatable,
});

type Step = 'lost' | 'never' | Response;

/** A stub server that runs through the steps and records the requests. */
const scripted = (...steps: readonly Step[]) => {
  const asked: RequestInit[] = [];
  const fetch: Fetch = (_url, init) => {
    const step = steps[asked.length] ?? 'lost';
    asked.push(init);
    if (step === 'lost') return Promise.reject(new TypeError('fetch failed'));
    if (step !== 'never') return Promise.resolve(step);
    return new Promise((_resolve, reject) => {
      init.signal?.addEventListener('abort', () => reject(init.signal?.reason as Error));
    });
  };
  return { fetch, asked };
};

const busy = (status: number, retryAfter?: string): Response =>
  new Response('{}', {
    status,
    headers: retryAfter === undefined ? {} : { 'retry-after': retryAfter },
  });
const made = (): Response => new Response('{"reservationId":"r"}', { status: 201 });

const send = (
  fetch: Fetch,
  options: {
    readonly repeatable?: boolean;
    readonly deadlineMs?: number;
    readonly signal?: AbortSignal;
    readonly attemptTimeoutMs?: number;
  } = {},
) => {
  const { repeatable = true, deadlineMs = 2_000, signal } = options;
  const { attemptTimeoutMs = RETRY.attemptTimeoutMs } = options;
  const retry = { ...RETRY, attemptTimeoutMs };
  const transport = createTransport({ fetch, retry, now: Date.now, random: Math.random });
  return withBudget({ deadlineMs, signal }, Date.now, (budget) =>
    transport(request(repeatable), budget),
  );
};

describe('requests that are safe to retry', () => {
  it.each([
    ['a network error', 'lost'],
    ['a hanging attempt', 'never'],
    ['503 with Retry-After', busy(503, '0')],
    ['429 with Retry-After', busy(429, '0')],
    ['429 with Retry-After as a date', busy(429, new Date(0).toUTCString())],
    ['503', busy(503)],
    ['502', busy(502)],
    ['504', busy(504)],
    ['429', busy(429)],
  ] as const)('a request is retried with the same key and body after %s', async (_what, step) => {
    const { fetch, asked } = scripted(step, made());

    const { answer, attempts } = await send(fetch);

    expect([answer.status, attempts]).toEqual([201, 2]);
    expect(
      asked.map(({ headers, body }) => [(headers as Headers).get('idempotency-key'), body]),
    ).toEqual([
      ['order-1', '{"quantity":1}'],
      ['order-1', '{"quantity":1}'],
    ]);
  });

  it.each([
    ['a rejection', busy(409)],
    ['an internal error', busy(500)],
  ])('a request is not retried after %s', async (_what, step) => {
    const { fetch, asked } = scripted(step, made());

    expect((await send(fetch)).answer.status).toBe(step.status);
    expect(asked).toHaveLength(1);
  });

  it('attemptsMax limits the attempts; the error then has the key and the last cause', async () => {
    const { fetch, asked } = scripted();

    const failure = await send(fetch).catch((error: unknown) => error);

    expect(failure).toBeInstanceOf(ConnectionError);
    expect(failure).toMatchObject({
      attempts: 3,
      idempotencyKey: 'order-1',
      cause: { message: 'fetch failed' },
    });
    expect(asked).toHaveLength(3);
  });

  it('an answer is returned at once when its Retry-After exceeds the time left', async () => {
    const { fetch, asked } = scripted(busy(503, '60'), made());

    expect((await send(fetch)).answer.status).toBe(503);
    expect(asked).toHaveLength(1);
  });

  it('no retry is sent before Retry-After has passed', async () => {
    const { fetch } = scripted(busy(503, '1'), made());
    const begun = performance.now();

    await send(fetch);

    expect(performance.now() - begun).toBeGreaterThanOrEqual(990);
  });

  it('a call past its deadline fails with a deadline error and leaves no attempt open', async () => {
    const { fetch, asked } = scripted('never', 'never', 'never');

    const limits = { deadlineMs: 60, attemptTimeoutMs: 10_000 };
    const failure = await send(fetch, limits).catch((error: unknown) => error);

    expect(failure).toBeInstanceOf(DeadlineError);
    expect(failure).toMatchObject({ idempotencyKey: 'order-1' });
    expect(asked.every(({ signal }) => signal?.aborted)).toBe(true);
  });
});

describe('requests that are not safe to retry', () => {
  it('a request is sent once, whatever happens', async () => {
    const lost = scripted('lost', made());
    const refused = scripted(busy(503, '0'), made());

    await expect(send(lost.fetch, { repeatable: false })).rejects.toBeInstanceOf(ConnectionError);
    expect((await send(refused.fetch, { repeatable: false })).answer.status).toBe(503);
    expect([lost.asked.length, refused.asked.length]).toEqual([1, 1]);
  });
});

describe('aborted calls', () => {
  it('an aborted call rejects at once with the reason, and nothing more is sent', async () => {
    const { fetch, asked } = scripted('never', made());
    const controller = new AbortController();
    const reason = new Error('The page was closed.');

    const sent = send(fetch, { signal: controller.signal });
    controller.abort(reason);

    await expect(sent).rejects.toBe(reason);
    await expect(send(fetch, { signal: controller.signal })).rejects.toBe(reason);
    expect(asked).toHaveLength(1);
  });
});
