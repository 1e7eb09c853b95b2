import { createSilentLogger } from '@flashreserve/ops';
import { DomainError } from '../errors/domain-error';
import type { BatchResult } from './batch';
import { createBatchedCall } from './batched-call';

const soon = (): Date => new Date(Date.now() + 60_000);
const answered = (value: string): BatchResult<string> => ({
  outcome: { $case: 'response', value },
});

interface Sent {
  readonly requests: readonly string[];
  readonly requestId: string;
  readonly homeKey: string | undefined;
}

/** A service that replies in upper case, unless `refuse` rejects. */
const createSubject = (
  refuse: (requests: readonly string[]) => Promise<void> | undefined,
  keyOf?: (request: string) => string,
) => {
  const sent: Sent[] = [];
  const group = createBatchedCall<string, string>({
    method: 'BatchShout',
    call: async (requests, { requestId, homeKey }) => {
      sent.push({ requests, requestId, homeKey });
      await refuse(requests);
      return requests.map((request) => answered(request.toUpperCase()));
    },
    ...(keyOf && { byHome: { homes: { homeOf: (key) => key }, keyOf } }),
    maxBatchSize: 100,
    log: createSilentLogger(),
  });
  const shout = (request: string): Promise<string> =>
    group.submit({ request, requestId: `of-${request}` }, soon());
  return { sent, shout };
};

describe('a batched call', () => {
  it('a shared batch call gets its own request id; a lone request keeps its id', async () => {
    const { sent, shout } = createSubject(() => undefined);

    expect(await shout('a')).toBe('A');
    expect(await Promise.all([shout('b'), shout('c')])).toEqual(['B', 'C']);

    expect(sent.map(({ requests }) => requests)).toEqual([['a'], ['b', 'c']]);
    expect(sent[0]?.requestId).toBe('of-a');
    expect(['of-b', 'of-c']).not.toContain(sent[1]?.requestId);
  });

  it('an entry that makes the whole call invalid fails alone; the others are retried without it', async () => {
    const { shout } = createSubject((requests) =>
      requests.includes('bad')
        ? Promise.reject(
            new DomainError({ kind: 'invalid', reason: 'INVALID_REQUEST', message: '' }),
          )
        : undefined,
    );

    const outcomes = await Promise.allSettled(['a', 'bad', 'b'].map(shout));

    expect(outcomes).toMatchObject([
      { status: 'fulfilled', value: 'A' },
      { status: 'rejected', reason: { reason: 'INVALID_REQUEST' } },
      { status: 'fulfilled', value: 'B' },
    ]);
  });

  it('a call to a hanging instance does not block calls to the others', async () => {
    let end: () => void = () => undefined;
    const hanging = new Promise<void>((resolve) => {
      end = resolve;
    });
    const { shout } = createSubject((requests) =>
      requests.includes('hangs') ? hanging : undefined,
    );

    const late = shout('hangs');
    await new Promise(setImmediate);

    expect(await shout('a')).toBe('A');
    end();
    expect(await late).toBe('HANGS');
  });

  it('calls are batched with those of the same home only, and sent with its key', async () => {
    const { sent, shout } = createSubject(
      () => undefined,
      (request) => request.slice(0, 1),
    );

    await Promise.all(['a1', 'b1', 'a2', 'b2'].map(shout));

    expect(sent).toMatchObject([
      { requests: ['a1', 'a2'], homeKey: 'a' },
      { requests: ['b1', 'b2'], homeKey: 'b' },
    ]);
  });
});
