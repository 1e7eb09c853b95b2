import type { ReadableSpan, SpanExporter } from '@opentelemetry/sdk-trace';
import { createReportingExporter } from './reporting-exporter';

const SPANS = [{}, {}, {}] as unknown as ReadableSpan[];

const setUp = (code: number) => {
  const warn = jest.fn();
  const inner: SpanExporter = {
    export: (_spans, done) => {
      done({ code, error: new Error('away') });
    },
    shutdown: async () => undefined,
  };
  return { warn, exporter: createReportingExporter(inner, { warn }) };
};

describe('the reporting exporter', () => {
  it('export results are passed on, and the number of lost spans is logged at intervals', () => {
    const { warn, exporter } = setUp(1);
    const done = jest.fn();

    exporter.export(SPANS, done);
    exporter.export(SPANS, done);

    expect(done.mock.calls).toMatchObject([[{ code: 1 }], [{ code: 1 }]]);
    expect(warn.mock.calls).toEqual([[{ reason: 'away', spans: 3 }, expect.any(String)]]);
  });

  it('nothing is logged while exports succeed', () => {
    const { warn, exporter } = setUp(0);

    exporter.export(SPANS, () => undefined);

    expect(warn).not.toHaveBeenCalled();
  });
});
