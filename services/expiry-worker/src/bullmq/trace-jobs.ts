import { EXPIRY_QUEUE_NAME } from '@flashreserve/contracts';
import {
  beginTrace,
  endSpan,
  failureOf,
  parseTraceparent,
  SpanKind,
  type Tracing,
} from '@flashreserve/ops';
import { DelayedError } from 'bullmq';
import type { ExpiryJob } from './expiry.processor';
import { readTraceparents } from './job-data';
import type { JobReport } from './job-outcome';

type Process<Job> = (job: Job, token?: string) => Promise<JobReport>;

/** Span attributes of a completed job. */
const reportAttributes = ({ released, sold, noHold, changed }: JobReport) => ({
  'flashreserve.released': released,
  'flashreserve.sold': sold,
  'flashreserve.no_hold': noHold,
  'flashreserve.changed': changed,
});

/**
 * Records each attempt of a job as a span in the first trace that the job names, often minutes old,
 * with links to the others. A job that names none starts a new trace.
 */
export const traceJobs = (
  { tracer }: Tracing,
  process: Process<ExpiryJob>,
): Process<ExpiryJob & { readonly attemptsMade: number }> => {
  if (tracer === undefined) return process;
  return async (job, token) => {
    const [parent, ...others] = readTraceparents(job.data).flatMap(
      (entry) => parseTraceparent(entry) ?? [],
    );
    const { span, run } = beginTrace(tracer, `process ${EXPIRY_QUEUE_NAME}`, {
      kind: SpanKind.CONSUMER,
      parent,
      links: others.map((context) => ({ context })),
      attributes: {
        'messaging.system': 'bullmq',
        'messaging.operation.type': 'process',
        'messaging.destination.name': EXPIRY_QUEUE_NAME,
        'flashreserve.job.attempt': job.attemptsMade + 1,
      },
    });
    try {
      const report = await run(() => process(job, token));
      span.setAttributes(reportAttributes(report));
      endSpan(span);
      return report;
    } catch (error) {
      const isPutBack = error instanceof DelayedError;
      span.setAttribute('flashreserve.job.put_back', isPutBack);
      endSpan(span, isPutBack ? undefined : failureOf(error));
      throw error;
    }
  };
};
