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

/** A server that does one step after the other, and remembers what it was asked. */
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

describe('a request that may be repeated', () => {
  it.each([
    ['a network error', 'lost'],
    ['an attempt without an end', 'never'],
    ['503 with Retry-After', busy(503, '0')],
    ['429 with Retry-After', busy(429, '0')],
    ['429 with Retry-After as a date', busy(429, new Date(0).toUTCString())],
    ['503', busy(503)],
    ['502', busy(502)],
    ['504', busy(504)],
    ['429', busy(429)],
  ] as const)('is sent again, with the same key and body, after %s', async (_what, step) => {
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
    ['a refusal', busy(409)],
    ['a bug', busy(500)],
  ])('is not sent again after %s', async (_what, step) => {
    const { fetch, asked } = scripted(step, made());

    expect((await send(fetch)).answer.status).toBe(step.status);
    expect(asked).toHaveLength(1);
  });

  it('is sent only so often, and then fails with its key and the last cause', async () => {
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

  it('gets the answer at once when the wait that it asks for is longer than the time left', async () => {
    const { fetch, asked } = scripted(busy(503, '60'), made());

    expect((await send(fetch)).answer.status).toBe(503);
    expect(asked).toHaveLength(1);
  });

  it('never comes back before Retry-After is over', async () => {
    const { fetch } = scripted(busy(503, '1'), made());
    const begun = performance.now();

    await send(fetch);

    expect(performance.now() - begun).toBeGreaterThanOrEqual(990);
  });

  it('ends with a deadline error when the time is over, and leaves no attempt open', async () => {
    const { fetch, asked } = scripted('never', 'never', 'never');

    const limits = { deadlineMs: 60, attemptTimeoutMs: 10_000 };
    const failure = await send(fetch, limits).catch((error: unknown) => error);

    expect(failure).toBeInstanceOf(DeadlineError);
    expect(failure).toMatchObject({ idempotencyKey: 'order-1' });
    expect(asked.every(({ signal }) => signal?.aborted)).toBe(true);
  });
});

describe('a request that may not be repeated', () => {
  it('is sent once, whatever happens', async () => {
    const lost = scripted('lost', made());
    const refused = scripted(busy(503, '0'), made());

    await expect(send(lost.fetch, { repeatable: false })).rejects.toBeInstanceOf(ConnectionError);
    expect((await send(refused.fetch, { repeatable: false })).answer.status).toBe(503);
    expect([lost.asked.length, refused.asked.length]).toEqual([1, 1]);
  });
});

describe('a caller that wants no answer any more', () => {
  it('hears its own reason, at once, and nothing is sent after that', async () => {
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
