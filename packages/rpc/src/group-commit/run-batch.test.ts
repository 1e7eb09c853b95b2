import {
  beginTrace,
  currentTraceparent,
  formatTraceparent,
  parseTraceparent,
  runInSpan,
  startSpan,
  systemClock,
} from '@flashreserve/ops';
import { recordSpans } from '@flashreserve/ops/testing';
import type { ReadableSpan } from '@opentelemetry/sdk-trace';
import { createGroupCommit } from './group-commit';

const soon = (): Date => new Date(Date.now() + 60_000);
const unrecorded = parseTraceparent('00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00');

const setUp = (fails = false) => {
  const { tracing, ended } = recordSpans();
  const seen: (string | undefined)[] = [];
  const group = createGroupCommit<string, string>({
    name: 'orders',
    clock: systemClock,
    commit: async (entries) => {
      seen.push(currentTraceparent());
      startSpan('write')?.end();
      if (fails) throw new TypeError('a text with a secret');
      return entries.map((value) => ({ ok: true, value }));
    },
  });
  const request = (name: string, options: Parameters<typeof beginTrace>[2] = {}) => {
    if (tracing.tracer === undefined) throw new Error('Tracing is off.');
    return runInSpan(beginTrace(tracing.tracer, name, options), () => group.submit(name, soon()));
  };
  const one = (name: string): ReadableSpan => {
    const [span, ...others] = ended().filter((candidate) => candidate.name === name);
    if (span === undefined || others.length > 0) throw new Error(`There is not one ${name}.`);
    return span;
  };
  return { request, one, ended, seen, submit: group.submit };
};
const idsOf = (spans: readonly { readonly context: { readonly spanId: string } }[]): string[] =>
  spans.map(({ context }) => context.spanId);
const idOf = (span: ReadableSpan): string => span.spanContext().spanId;

describe('the trace of a batch', () => {
  it('a batch of one request belongs to its trace', async () => {
    const { request, one } = setUp();

    await request('a');

    expect(one('batch orders').parentSpanContext?.spanId).toBe(idOf(one('a')));
    expect(one('write').parentSpanContext?.spanId).toBe(idOf(one('batch orders')));
    expect(one('batch orders').links).toEqual([]);
  });

  it('a batch belongs to the trace of its first request, and it and the others are linked', async () => {
    const { request, one, seen } = setUp();

    await Promise.all(['a', 'b', 'c'].map((name) => request(name)));

    const batch = one('batch orders');
    expect(batch.parentSpanContext?.spanId).toBe(idOf(one('a')));
    expect(idsOf(batch.links)).toEqual([idOf(one('b')), idOf(one('c'))]);
    expect(batch.attributes).toEqual({
      'flashreserve.batch.size': 3,
      'flashreserve.batch.spans': 3,
    });
    for (const name of ['b', 'c']) expect(idsOf(one(name).links)).toEqual([idOf(batch)]);
    expect(one('a').links).toEqual([]);
    expect(seen).toEqual([formatTraceparent(batch.spanContext())]);
  });

  it('a batch belongs to the trace of the first sampled request', async () => {
    const { request, one } = setUp();

    await Promise.all([request('a', { parent: unrecorded }), request('b')]);

    expect(one('batch orders').parentSpanContext?.spanId).toBe(idOf(one('b')));
    expect(one('batch orders').links).toEqual([]);
  });

  it('a batch without sampled requests has no span', async () => {
    const { request, submit, ended } = setUp();

    await Promise.all([request('a', { parent: unrecorded }), submit('b', soon())]);

    expect(ended()).toEqual([]);
  });

  it('a batch links to a bounded number of requests, all of which link to it', async () => {
    const { request, one, ended } = setUp();
    const names = Array.from({ length: 50 }, (_, index) => `request ${index}`);

    await Promise.all(names.map((name) => request(name)));

    const batch = one('batch orders');
    expect(batch.links).toHaveLength(32);
    const naming = ended().filter(({ links }) => idsOf(links).includes(idOf(batch)));
    expect(naming).toHaveLength(49);
  });

  it('the span of a failed batch has the name of the error only', async () => {
    const { request, one, ended } = setUp(true);

    await expect(request('a')).rejects.toThrow('secret');

    expect(one('batch orders').attributes['error.type']).toBe('TypeError');
    expect(
      JSON.stringify(ended().map(({ attributes, status }) => [attributes, status])),
    ).not.toContain('secret');
  });
});
