import { isSampled, openSpanIn, runInSpan } from '@flashreserve/ops';
import { type Context, context, type Link, ROOT_CONTEXT, trace } from '@opentelemetry/api';

/** A member of a batch. */
interface Member {
  /** The trace context of the request. */
  readonly origin: Context;
}

/** Maximum links of a batch's span; the spans of all members link to it. */
const LINKS_MAX = 32;

/** One context per sampled span, in order of arrival. */
const recordedOrigins = (members: readonly Member[]): readonly Context[] => {
  const origins = new Map<string, Context>();
  let last: Context = ROOT_CONTEXT;
  for (const { origin } of members) {
    // Without tracing all contexts are equal, and so are those of the entries of one call.
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
 * Runs a batch. Its span belongs to the trace of the first sampled member and links to the spans of
 * the others, at most `LINKS_MAX`; each of these links to it. If no member is sampled, neither is
 * the batch.
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
