import { noTracing } from '@flashreserve/ops';
import { recordSpans } from '@flashreserve/ops/testing';
import { DelayedError } from 'bullmq';
import { traceJobs } from './trace-jobs';

const TRACE_IDS = ['0af7651916cd43dd8448eb211c80319c', '1af7651916cd43dd8448eb211c80319c'] as const;
const SPAN_ID = 'b7ad6b7169203331';
const REPORT = { released: 1, sold: 0, noHold: 0, changed: 1 };
const job = (traceparents: readonly unknown[]) => ({
  data: { reservationIds: ['r'], traceparents },
  attemptsMade: 2,
  updateData: async () => undefined,
  moveToDelayed: async () => undefined,
});
const jobOfBoth = job(TRACE_IDS.map((id) => `00-${id}-${SPAN_ID}-01`));

describe('the trace of a job', () => {
  it('a job continues the first trace that it names and links to the others', async () => {
    const { tracing, ended } = recordSpans();

    expect(await traceJobs(tracing, async () => REPORT)(jobOfBoth)).toEqual(REPORT);

    const [span] = ended();
    expect(span?.spanContext().traceId).toBe(TRACE_IDS[0]);
    expect(span?.parentSpanContext?.spanId).toBe(SPAN_ID);
    expect(span?.links.map(({ context }) => context.traceId)).toEqual([TRACE_IDS[1]]);
    expect(span?.attributes).toMatchObject({
      'messaging.destination.name': 'expiry',
      'flashreserve.released': 1,
      'flashreserve.job.attempt': 3,
    });
  });

  it('a job with no valid trace starts a new one', async () => {
    const { tracing, ended } = recordSpans();

    await traceJobs(tracing, async () => REPORT)(job(['nonsense', 7, null]));

    expect(ended()[0]?.parentSpanContext).toBeUndefined();
    expect(ended()[0]?.links).toEqual([]);
  });

  it('a job that is put back as early is not recorded as a failure', async () => {
    const { tracing, ended } = recordSpans();
    const failing = traceJobs(tracing, () => Promise.reject(new RangeError('text')));
    const early = traceJobs(tracing, () => Promise.reject(new DelayedError()));

    await expect(failing(jobOfBoth)).rejects.toThrow('text');
    await expect(early(jobOfBoth)).rejects.toThrow(DelayedError);

    expect(ended().map(({ attributes }) => attributes)).toMatchObject([
      { 'error.type': 'RangeError', 'flashreserve.job.put_back': false },
      { 'flashreserve.job.put_back': true },
    ]);
    expect(ended()[1]?.attributes).not.toHaveProperty('error.type');
  });

  it('the processor is not wrapped while tracing is off', () => {
    const process = async () => REPORT;

    expect(traceJobs(noTracing, process)).toBe(process);
  });
});
