import { type Context, ROOT_CONTEXT, SpanKind, trace } from '@opentelemetry/api';
import {
  AlwaysOnSampler,
  ParentBasedSampler,
  type Sampler,
  SamplingDecision,
  TraceIdRatioBasedSampler,
} from '@opentelemetry/sdk-trace';
import { createLimitedSampler } from './limited-sampler';

const TRACE_ID = '0af7651916cd43dd8448eb211c80319c';
const below = (traceFlags: number): Context =>
  trace.setSpanContext(ROOT_CONTEXT, {
    traceId: TRACE_ID,
    spanId: 'b7ad6b7169203331',
    traceFlags,
    isRemote: true,
  });

const setUp = (perSecond: number, root: Sampler = new AlwaysOnSampler()) => {
  let now = 5_000;
  const sampler = createLimitedSampler(new ParentBasedSampler({ root }), {
    perSecond,
    nowMs: () => now,
  });
  return {
    pass: (ms: number) => {
      now += ms;
    },
    records: (starting: Context): boolean =>
      sampler.shouldSample(starting, TRACE_ID, 'span', SpanKind.SERVER, {}, []).decision ===
      SamplingDecision.RECORD_AND_SAMPLED,
  };
};

describe('the limited sampler', () => {
  it('at most perSecond new traces are sampled per second', () => {
    const { records, pass } = setUp(2);

    expect([1, 2, 3].map(() => records(ROOT_CONTEXT))).toEqual([true, true, false]);
    pass(999);
    expect(records(ROOT_CONTEXT)).toBe(false);
    pass(1);
    expect(records(ROOT_CONTEXT)).toBe(true);
  });

  it('spans that continue a sampled trace are always sampled, so that traces are complete', () => {
    const { records } = setUp(1);
    records(ROOT_CONTEXT);

    expect([1, 2, 3].map(() => records(below(1)))).toEqual([true, true, true]);
  });

  it('unsampled traces do not count against the limit', () => {
    const { records } = setUp(1);

    expect([1, 2].map(() => records(below(0)))).toEqual([false, false]);
    expect(records(ROOT_CONTEXT)).toBe(true);
  });

  it('the limit does not raise the sampling ratio', () => {
    const { records } = setUp(10, new TraceIdRatioBasedSampler(0));

    expect(records(ROOT_CONTEXT)).toBe(false);
  });
});
