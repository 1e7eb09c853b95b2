import fc from 'fast-check';
import { formatTraceparent, parseTraceparent } from './traceparent';

const TRACE_ID = '0af7651916cd43dd8448eb211c80319c';
const SPAN_ID = 'b7ad6b7169203331';

describe('traceparent', () => {
  it('a traceparent is parsed and formatted according to W3C', () => {
    const sampled = `00-${TRACE_ID}-${SPAN_ID}-01`;
    const span = parseTraceparent(sampled);

    expect(span).toEqual({ traceId: TRACE_ID, spanId: SPAN_ID, traceFlags: 1, isRemote: true });
    expect(span && formatTraceparent(span)).toBe(sampled);
  });

  it('only the sampled flag of a traceparent is kept', () => {
    expect(parseTraceparent(`00-${TRACE_ID}-${SPAN_ID}-fe`)?.traceFlags).toBe(0);
    expect(parseTraceparent(`00-${TRACE_ID}-${SPAN_ID}-ff`)?.traceFlags).toBe(1);
  });

  it.each([
    ['an all-zero trace id', `00-${'0'.repeat(32)}-${SPAN_ID}-01`],
    ['an all-zero span id', `00-${TRACE_ID}-${'0'.repeat(16)}-01`],
    ['upper case', `00-${TRACE_ID.toUpperCase()}-${SPAN_ID}-01`],
    ['another version', `01-${TRACE_ID}-${SPAN_ID}-01`],
    ['additional fields', `00-${TRACE_ID}-${SPAN_ID}-01-extra`],
    ['two values', `00-${TRACE_ID}-${SPAN_ID}-01, 00-${TRACE_ID}-${SPAN_ID}-01`],
    ['a line break', `00-${TRACE_ID}-${SPAN_ID}-01\n`],
    ['nothing', undefined],
    ['a list', [`00-${TRACE_ID}-${SPAN_ID}-01`]],
  ])('a traceparent with %s is invalid', (_what, value) => {
    expect(parseTraceparent(value)).toBeUndefined();
  });

  it('a formatted traceparent always has 55 characters', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const span = parseTraceparent(text);
        return span === undefined || formatTraceparent(span).length === 55;
      }),
    );
  });
});
