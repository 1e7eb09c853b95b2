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
  it('puts reservations that are due within 100 ms of each other into one job, due with the last', () => {
    const jobs = planExpiryJobs([expiry(a, 5_000), expiry(b, 5_100), expiry(c, 5_040)], NOW);

    expect(jobs).toEqual([
      {
        name: 'expire',
        data: { reservationIds: [a, c, b] },
        opts: { jobId: expect.stringMatching(/^expire-together-/), delay: 5_100 },
      },
    ]);
  });

  it('keeps those apart that are due further from each other, however close the ones between them are', () => {
    const jobs = planExpiryJobs(
      [expiry(a, 5_000), expiry(b, 5_080), expiry(c, 5_160), expiry(d, 5_240)],
      NOW,
    );

    expect(jobs.map(({ data, opts }) => [data.reservationIds, opts.delay])).toEqual([
      [[a, b], 5_080],
      [[c, d], 5_240],
    ]);
  });

  it('puts no more into a job than one call can settle', () => {
    const ids = Array.from({ length: STOCK_LIMITS.settlementIdsMax + 1 }, newId);

    const jobs = planExpiryJobs(
      ids.map((id) => expiry(id, 5_000)),
      NOW,
    );

    expect(jobs.map(({ data }) => data.reservationIds.length)).toEqual([500, 1]);
    expect(jobs.flatMap(({ data }) => data.reservationIds)).toEqual(ids);
  });

  it('gives every shared job an id of its own, so that none is ignored', () => {
    const plan = () => planExpiryJobs([expiry(a, 5_000), expiry(b, 5_000)], NOW);

    expect(plan()[0]?.opts.jobId).not.toBe(plan()[0]?.opts.jobId);
  });

  it('gives a lone reservation and a repeated one the id that stands for this one alone', () => {
    const jobs = planExpiryJobs([expiry(a, 5_000), expiry(b, 5_000, repeated)], NOW);

    expect(jobs.map(({ data, opts }) => [opts.jobId, data.reservationIds])).toEqual(
      expect.arrayContaining([
        [`expire-${a}`, [a]],
        [`expire-${b}`, [b]],
      ]),
    );
  });

  it('makes one job of many repeats', () => {
    const jobs = planExpiryJobs(
      Array.from({ length: 100 }, () => expiry(a, 5_000, repeated)),
      NOW,
    );

    expect(jobs).toHaveLength(1);
  });

  it('gives each settlement its own job, a second from now', () => {
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

  it('has no delay for what is due already', () => {
    const [job] = planExpiryJobs([expiry(a, -3_000)], NOW);

    expect(job?.opts.delay).toBe(0);
  });

  it('names the traces that asked for a job, each once and no more than eight', () => {
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
