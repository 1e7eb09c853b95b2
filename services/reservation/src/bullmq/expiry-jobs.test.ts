import { STOCK_LIMITS } from '@flashreserve/contracts';
import { newId } from '@flashreserve/ops';
import { type JobRequest, planExpiryJobs } from './expiry-jobs';

const NOW = new Date('2026-01-01T12:00:00Z');

const expiry = (
  reservationId: string,
  dueInMs: number,
  options: { readonly repeated: boolean } = { repeated: false },
): JobRequest => ({
  kind: 'expire',
  reservationId,
  expiresAt: new Date(NOW.getTime() + dueInMs),
  ...options,
});
const repeated = { repeated: true };
const [a, b, c, d] = [newId(), newId(), newId(), newId()];

describe('the plan of expiry jobs', () => {
  it('reservations due within 100 ms of each other share a job, due with the last of them', () => {
    const jobs = planExpiryJobs([expiry(a, 5_000), expiry(b, 5_100), expiry(c, 5_040)], NOW);

    expect(jobs).toEqual([
      {
        name: 'expire',
        data: { reservationIds: [a, c, b] },
        opts: { jobId: expect.stringMatching(/^expire-together-/), delay: 5_100 },
      },
    ]);
  });

  it('reservations due more than 100 ms apart get separate jobs, even with others in between', () => {
    const jobs = planExpiryJobs(
      [expiry(a, 5_000), expiry(b, 5_080), expiry(c, 5_160), expiry(d, 5_240)],
      NOW,
    );

    expect(jobs.map(({ data, opts }) => [data.reservationIds, opts.delay])).toEqual([
      [[a, b], 5_080],
      [[c, d], 5_240],
    ]);
  });

  it('a job has at most as many reservations as one call can settle', () => {
    const ids = Array.from({ length: STOCK_LIMITS.settlementIdsMax + 1 }, newId);

    const jobs = planExpiryJobs(
      ids.map((id) => expiry(id, 5_000)),
      NOW,
    );

    expect(jobs.map(({ data }) => data.reservationIds.length)).toEqual([500, 1]);
    expect(jobs.flatMap(({ data }) => data.reservationIds)).toEqual(ids);
  });

  it('every shared job gets a unique id, so that the queue ignores none', () => {
    const plan = () => planExpiryJobs([expiry(a, 5_000), expiry(b, 5_000)], NOW);

    expect(plan()[0]?.opts.jobId).not.toBe(plan()[0]?.opts.jobId);
  });

  it('lone and repeated reservations get a job id derived from the reservation', () => {
    const jobs = planExpiryJobs([expiry(a, 5_000), expiry(b, 5_000, repeated)], NOW);

    expect(jobs.map(({ data, opts }) => [opts.jobId, data.reservationIds])).toEqual(
      expect.arrayContaining([
        [`expire-${a}`, [a]],
        [`expire-${b}`, [b]],
      ]),
    );
  });

  it('many repeated requests result in one job', () => {
    const jobs = planExpiryJobs(
      Array.from({ length: 100 }, () => expiry(a, 5_000, repeated)),
      NOW,
    );

    expect(jobs).toHaveLength(1);
  });

  it('each settlement gets its own job, due in one second', () => {
    const jobs = planExpiryJobs(
      [a, b].map((id) => ({ kind: 'settle', reservationId: id })),
      NOW,
    );

    expect(jobs).toEqual(
      [a, b].map((id) => ({
        name: 'settle',
        data: { reservationIds: [id] },
        opts: { jobId: `settle-${id}`, delay: 1_000 },
      })),
    );
  });

  it('an overdue reservation gets a job without delay', () => {
    const [job] = planExpiryJobs([expiry(a, -3_000)], NOW);

    expect(job?.opts.delay).toBe(0);
  });

  it('a job carries the distinct traces that requested it, at most eight', () => {
    const traceparent = (n: number): string =>
      `00-0af7651916cd43dd8448eb211c80319c-${String(n).padStart(16, '0')}-01`;
    const asked = (reservationId: string, n: number | undefined): JobRequest => ({
      ...expiry(reservationId, 5_000),
      traceparent: n === undefined ? undefined : traceparent(n),
    });
    const many = Array.from({ length: 20 }, (_, index) => asked(newId(), index + 1));

    const tracesOf = (requests: readonly JobRequest[]) =>
      planExpiryJobs(requests, NOW).map(({ data }) => data.traceparents);

    expect(tracesOf([asked(a, 1)])).toEqual([[traceparent(1)]]);
    expect(tracesOf([asked(a, 1), asked(b, 1), asked(c, undefined), asked(d, 2)])).toEqual([
      [traceparent(1), traceparent(2)],
    ]);
    expect(tracesOf(many)).toEqual([[1, 2, 3, 4, 5, 6, 7, 8].map(traceparent)]);
    expect(planExpiryJobs([asked(a, undefined)], NOW)[0]?.data).toEqual({ reservationIds: [a] });
    expect(tracesOf([{ kind: 'settle', reservationId: a, traceparent: traceparent(3) }])).toEqual([
      [traceparent(3)],
    ]);
  });
});
