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

/** Whose spans the running code makes: all that it starts belongs to the component that it was begun in. */
const TRACER = createContextKey('flashreserve tracer');
const FROM_STRANGER = createContextKey('flashreserve stranger');

export interface SpanSpec {
  readonly kind?: SpanKind;
  readonly attributes?: Attributes;
  readonly links?: Link[];
}

/** A span and the way to run code in it. Whoever opens it ends it. */
export interface OpenSpan {
  readonly span: Span;
  /** Runs work whose spans, calls and log lines, and those of all that follows from it, belong to this span. */
  readonly run: <Result>(work: () => Result) => Result;
}

const openIn = (parent: Context, span: Span): OpenSpan => {
  const inside = trace.setSpan(parent, span);
  return { span, run: (work) => context.with(inside, work) };
};

export interface TraceOrigin extends SpanSpec {
  /** The span, in another process, that this work goes on from. */
  readonly parent?: SpanContext | undefined;
  /** True for what the public sends: it may choose its trace, but the limit holds for it, too. */
  readonly fromStranger?: boolean;
}

/** True while a span is being started that the number of traces is limited for. */
export const countsAsTrace = (starting: Context): boolean =>
  trace.getSpanContext(starting) === undefined || starting.getValue(FROM_STRANGER) === true;

export const isSampled = (span: SpanContext | undefined): span is SpanContext =>
  span !== undefined && (span.traceFlags & TraceFlags.SAMPLED) !== 0;

/**
 * Starts a span for work that comes from outside of the process: a request, a call, a job, a timer. Nothing of the
 * trace that this code runs in goes along.
 */
export const beginTrace = (tracer: Tracer, name: string, origin: TraceOrigin = {}): OpenSpan => {
  const { parent, fromStranger, ...spec } = origin;
  const own = ROOT_CONTEXT.setValue(TRACER, tracer);
  const base = parent === undefined ? own : trace.setSpanContext(own, parent);
  const starting = fromStranger ? base.setValue(FROM_STRANGER, true) : base;
  return openIn(own, tracer.startSpan(name, spec, starting));
};

/** Opens a span below that of a context; undefined when its trace is not recorded, or there is none. */
export const openSpanIn = (
  parent: Context,
  name: string,
  spec: SpanSpec = {},
): OpenSpan | undefined => {
  if (!isSampled(trace.getSpanContext(parent))) return undefined;
  const tracer = parent.getValue(TRACER) as Tracer | undefined;
  return tracer && openIn(parent, tracer.startSpan(name, spec, parent));
};

/** Starts a span below that of the running code; undefined as above. */
export const startSpan = (name: string, spec?: SpanSpec): Span | undefined =>
  openSpanIn(context.active(), name, spec)?.span;

/** What a span says about an error: its reason or its name, never its message, which may hold anything. */
export const failureOf = (error: unknown): string => {
  if (!(error instanceof Error)) return typeof error;
  return 'reason' in error && typeof error.reason === 'string' ? error.reason : error.name;
};

/** Ends a span; with a `failure` as failed. */
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

/** Runs work that a timer begins as a trace of its own. */
export const runAsTrace = <Result>(
  tracer: Tracer | undefined,
  name: string,
  work: () => Promise<Result>,
): Promise<Result> => (tracer === undefined ? work() : runInSpan(beginTrace(tracer, name), work));

/** The function, in the trace of the code that calls this, whoever calls it later. */
export const inThisTrace = <Callback extends (...args: never[]) => unknown>(
  callback: Callback,
): Callback => context.bind(context.active(), callback);

/** The `traceparent` of the running code; undefined when its trace is not recorded, or there is none. */
export const currentTraceparent = (): string | undefined => {
  const span = trace.getSpanContext(context.active());
  return isSampled(span) ? formatTraceparent(span) : undefined;
};
