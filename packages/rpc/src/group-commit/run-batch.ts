import { isSampled, openSpanIn, runInSpan } from '@flashreserve/ops';
import { type Context, context, type Link, ROOT_CONTEXT, trace } from '@opentelemetry/api';

/** One of those that share a batch. */
interface Member {
  /** The context in which it came. */
  readonly origin: Context;
}

/** Further traces that a batch's span names; the spans of all of them name the batch. */
const LINKS_MAX = 32;

/** One context for each span that is recorded, in the order in which they came. */
const recordedOrigins = (members: readonly Member[]): readonly Context[] => {
  const origins = new Map<string, Context>();
  let last: Context = ROOT_CONTEXT;
  for (const { origin } of members) {
    // Without tracing all are the same, and entries of one call are, too.
    if (origin === last) continue;
    last = origin;
    const span = trace.getSpanContext(origin);
    if (isSampled(span)) origins.set(span.spanId, origin);
  }
  return [...origins.values()];
};

const toLink = (origin: Context): Link[] => {
  const span = trace.getSpanContext(origin);
  return span === undefined ? [] : [{ context: span }];
};

/**
 * Runs what many share. It becomes part of the trace of the first member that is recorded; its span has links to the
 * spans of the others, at most `LINKS_MAX`, and each of theirs gets a link to it. When no member is recorded,
 * neither is the batch.
 */
export const runBatch = <Result>(
  name: string,
  members: readonly Member[],
  work: () => Promise<Result>,
): Promise<Result> => {
  const [first, ...others] = recordedOrigins(members);
  const batch =
    first &&
    openSpanIn(first, `batch ${name}`, {
      links: others.slice(0, LINKS_MAX).flatMap(toLink),
      attributes: {
        'flashreserve.batch.size': members.length,
        'flashreserve.batch.spans': others.length + 1,
      },
    });
  if (batch === undefined) return context.with(members[0]?.origin ?? ROOT_CONTEXT, work);
  for (const other of others) {
    const waiting = trace.getSpan(other);
    if (waiting?.isRecording()) waiting.addLink({ context: batch.span.spanContext() });
  }
  return runInSpan(batch, work);
};
