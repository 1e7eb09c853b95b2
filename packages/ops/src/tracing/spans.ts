import {
  type Attributes,
  type Context,
  context,
  createContextKey,
  type Link,
  ROOT_CONTEXT,
  type Span,
  type SpanContext,
  type SpanKind,
  SpanStatusCode,
  TraceFlags,
  type Tracer,
  trace,
} from '@opentelemetry/api';
import { formatTraceparent } from './traceparent';

/**
 * The component whose spans the running code creates: everything belongs to the component that it
 * was started in.
 */
const TRACER = createContextKey('flashreserve tracer');
const FROM_STRANGER = createContextKey('flashreserve stranger');

export interface SpanSpec {
  readonly kind?: SpanKind;
  readonly attributes?: Attributes;
  readonly links?: Link[];
}

/** A span, and a function to run code in it. The code that opens it must end it. */
export interface OpenSpan {
  readonly span: Span;
  /**
   * Runs work in this span: all spans, calls and log lines of the work and its continuations belong
   * to it.
   */
  readonly run: <Result>(work: () => Result) => Result;
}

const openIn = (parent: Context, span: Span): OpenSpan => {
  const inside = trace.setSpan(parent, span);
  return { span, run: (work) => context.with(inside, work) };
};

export interface TraceOrigin extends SpanSpec {
  /** The parent span in another process. */
  readonly parent?: SpanContext | undefined;
  /**
   * Whether the request is from a public client, which may choose its trace but is subject to the
   * limit.
   */
  readonly fromStranger?: boolean;
}

/** Whether the span being started counts against the traces-per-second limit. */
export const countsAsTrace = (starting: Context): boolean =>
  trace.getSpanContext(starting) === undefined || starting.getValue(FROM_STRANGER) === true;

export const isSampled = (span: SpanContext | undefined): span is SpanContext =>
  span !== undefined && (span.traceFlags & TraceFlags.SAMPLED) !== 0;

/**
 * Starts a span for work that comes from outside the process: a request, a call, a job, a timer.
 * Ignores the trace of the running code.
 */
export const beginTrace = (tracer: Tracer, name: string, origin: TraceOrigin = {}): OpenSpan => {
  const { parent, fromStranger, ...spec } = origin;
  const own = ROOT_CONTEXT.setValue(TRACER, tracer);
  const base = parent === undefined ? own : trace.setSpanContext(own, parent);
  const starting = fromStranger ? base.setValue(FROM_STRANGER, true) : base;
  return openIn(own, tracer.startSpan(name, spec, starting));
};

/** Opens a child span of a context; undefined if its trace is not sampled, or there is none. */
export const openSpanIn = (
  parent: Context,
  name: string,
  spec: SpanSpec = {},
): OpenSpan | undefined => {
  if (!isSampled(trace.getSpanContext(parent))) return undefined;
  const tracer = parent.getValue(TRACER) as Tracer | undefined;
  return tracer && openIn(parent, tracer.startSpan(name, spec, parent));
};

/** Starts a child span of the running code; undefined as above. */
export const startSpan = (name: string, spec?: SpanSpec): Span | undefined =>
  openSpanIn(context.active(), name, spec)?.span;

/**
 * The error attribute of a span: its reason or name, never its message, which may contain anything.
 */
export const failureOf = (error: unknown): string => {
  if (!(error instanceof Error)) return typeof error;
  return 'reason' in error && typeof error.reason === 'string' ? error.reason : error.name;
};

/** Ends a span, as failed if there is a `failure`. */
export const endSpan = (span: Span, failure?: string): void => {
  if (failure !== undefined) {
    span.setAttribute('error.type', failure);
    span.setStatus({ code: SpanStatusCode.ERROR });
  }
  span.end();
};

/** Runs work in a span and ends the span with it. */
export const runInSpan = async <Result>(
  { span, run }: OpenSpan,
  work: () => Promise<Result>,
): Promise<Result> => {
  try {
    const result = await run(work);
    span.end();
    return result;
  } catch (error) {
    endSpan(span, failureOf(error));
    throw error;
  }
};

/** Runs work started by a timer in a new trace. */
export const runAsTrace = <Result>(
  tracer: Tracer | undefined,
  name: string,
  work: () => Promise<Result>,
): Promise<Result> => (tracer === undefined ? work() : runInSpan(beginTrace(tracer, name), work));

/** Binds `callback` to the current trace, no matter who invokes it later. */
export const inThisTrace = <Callback extends (...args: never[]) => unknown>(
  callback: Callback,
): Callback => context.bind(context.active(), callback);

/**
 * The `traceparent` of the running code; undefined if its trace is not sampled, or there is none.
 */
export const currentTraceparent = (): string | undefined => {
  const span = trace.getSpanContext(context.active());
  return isSampled(span) ? formatTraceparent(span) : undefined;
};
