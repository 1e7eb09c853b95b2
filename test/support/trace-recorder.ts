import { createLogger, type Logger, type Tracing } from '@flashreserve/ops';
import { recordSpans, type SpanRecorder } from '@flashreserve/ops/testing';
import { z } from 'zod';

/** An ended span of one of the components. */
export interface RecordedSpan {
  readonly component: string;
  readonly name: string;
  readonly traceId: string;
  readonly spanId: string;
  readonly parentId: string | undefined;
  /** Ids of linked spans. */
  readonly linkedIds: readonly string[];
  readonly attributes: Readonly<Record<string, unknown>>;
}

const logLine = z.looseObject({
  component: z.string(),
  msg: z.string().optional(),
  trace_id: z.string().optional(),
});
export type LogLine = z.output<typeof logLine>;

/** Records spans and log lines (from level debug) of all components that use its dependencies. */
export const createTraceRecorder = () => {
  const recorded: { readonly component: string; readonly ended: SpanRecorder['ended'] }[] = [];
  const lines: LogLine[] = [];
  return {
    depsOf: (component: string): { readonly log: Logger; readonly tracing: Tracing } => {
      const { tracing, ended } = recordSpans();
      recorded.push({ component, ended });
      const log = createLogger({
        component,
        level: 'debug',
        format: 'json',
        traced: true,
        destination: { write: (line) => lines.push(logLine.parse(JSON.parse(line))) },
      });
      return { log, tracing };
    },
    lines: (): readonly LogLine[] => lines,
    spans: (): readonly RecordedSpan[] =>
      recorded.flatMap(({ component, ended }) =>
        ended().map((span) => ({
          component,
          name: span.name,
          ...span.spanContext(),
          parentId: span.parentSpanContext?.spanId,
          linkedIds: span.links.map(({ context }) => context.spanId),
          attributes: span.attributes,
        })),
      ),
  };
};

/** `component span` of a span and its ancestors, from the root. */
export const pathOf = (span: RecordedSpan, spans: readonly RecordedSpan[]): readonly string[] => {
  const parent = spans.find(({ spanId }) => spanId === span.parentId);
  const above = parent === undefined ? [] : pathOf(parent, spans);
  return [...above, `${span.component} ${span.name.replace(/^flashreserve\.\w+\.v1\./, '')}`];
};

/** All spans reachable from one: descendants, and links in both directions. */
export const reachableFrom = (
  start: RecordedSpan,
  spans: readonly RecordedSpan[],
): readonly RecordedSpan[] => {
  const reached = new Set([start]);
  for (const span of reached) {
    for (const next of spans) {
      const isBelow = next.parentId === span.spanId;
      const isLinked = span.linkedIds.includes(next.spanId) || next.linkedIds.includes(span.spanId);
      if (isBelow || isLinked) reached.add(next);
    }
  }
  return [...reached];
};
