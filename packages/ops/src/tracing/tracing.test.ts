import { createLogger, createSilentLogger } from '../logging/logger';
import { recordSpans } from '../testing/record-spans';
import { beginTrace } from './spans';

const CONFIG = { OTEL_TRACES_SAMPLER_ARG: 1, TRACES_PER_SECOND_MAX: 10 };
const log = createSilentLogger();

const SDK_MODULES = ['sdk-trace', 'exporter-trace-otlp-proto', 'context-async-hooks', 'resources'];

describe('tracing without an endpoint', () => {
  afterEach(() => {
    for (const name of SDK_MODULES) jest.dontMock(`@opentelemetry/${name}`);
  });

  it('without an endpoint the SDK is not loaded, and a stop does nothing', () => {
    jest.isolateModules(() => {
      const loaded: string[] = [];
      for (const name of SDK_MODULES) {
        jest.doMock(`@opentelemetry/${name}`, () => {
          loaded.push(name);
          return {};
        });
      }
      const isolated = require('./tracing') as typeof import('./tracing');
      const onStop = jest.fn();

      const tracing = isolated.createTracing(CONFIG, {
        component: 'test',
        log,
        lifecycle: { onStop },
      });

      expect(tracing.tracer).toBeUndefined();
      expect(loaded).toEqual([]);
      expect(onStop).not.toHaveBeenCalled();
    });
  });
});

describe('log lines', () => {
  const write = (traced: boolean) => {
    const lines: string[] = [];
    const logger = createLogger({
      component: 'test',
      level: 'info',
      format: 'json',
      traced,
      destination: { write: (line) => lines.push(line) },
    });
    return { logger, last: (): unknown => JSON.parse(lines.at(-1) ?? '') };
  };

  it('log lines contain the trace id, also from child loggers', () => {
    const { tracer } = recordSpans().tracing;
    if (tracer === undefined) throw new Error('Tracing is off.');
    const { logger, last } = write(true);
    const { span, run } = beginTrace(tracer, 'request');
    const { traceId, spanId } = span.spanContext();

    run(() => {
      logger.child({ requestId: 'r' }).info('inside');
    });
    expect(last()).toMatchObject({ requestId: 'r', trace_id: traceId, span_id: spanId });

    logger.info('outside');
    expect(last()).not.toHaveProperty('trace_id');
  });
});
