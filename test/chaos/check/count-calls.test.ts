import { checkInvariants } from './check-run';
import { componentOf, countRun } from './count-calls';
import { gatherFacts } from './gather-facts';
import { callOf, createSampleRun, sampleFacts } from './sample-run';
import { judgeEach } from './verdict';

describe('the counts of a run', () => {
  it('requests, outcomes and faults are counted separately', async () => {
    const { records } = createSampleRun();
    const get = { action: 'get', sentAt: 40_000 } as const;
    records.push(
      callOf({ n: 21, ...get, status: 500 }),
      callOf({ n: 22, ...get, status: 503, retryAfter: true }),
      callOf({ n: 23, ...get, status: 503 }),
      { kind: 'fault', fault: 'kill', target: 'catalog-1', from: 1, until: 2 },
      { kind: 'fault', fault: 'kill', target: 'catalog-2', from: 3, until: 4 },
      { kind: 'fault', fault: 'clock', target: 'gateway', from: 3, until: 4, detail: { kills: 2 } },
      { kind: 'fault', fault: 'pause', target: 'gateway', from: 3, until: 4 },
    );
    const { history, calls } = await gatherFacts(records);
    expect(countRun(history, calls)).toEqual({
      requests: 14,
      byAction: { reserve: 6, confirm: 3, cancel: 1, get: 4 },
      byStatusClass: {
        '2xx': 8,
        '4xx': 2,
        unanswered: 1,
        '503 with Retry-After': 1,
        'other 5xx': 2,
      },
      reservationsAcknowledged: 3,
      confirmationsAcknowledged: 1,
      cancellationsAcknowledged: 1,
      unanswered: 1,
      faultsByKind: { kill: 2, clock: 1, pause: 1 },
      killsByTarget: { catalog: 2, gateway: 2 },
    });
  });
});

describe('a component', () => {
  it.each([
    ['reservation', 'reservation'],
    ['expiry-worker-12', 'expiry-worker'],
    ['expiry-worker-2>auth', 'expiry-worker>auth'],
    ['gateway>catalog-1', 'gateway>catalog'],
  ])('the component of %s is %s', (target, component) => {
    expect(componentOf(target)).toBe(component);
  });
});

describe('a verdict', () => {
  it('a correct run has no violation of any invariant', async () => {
    const results = checkInvariants(await sampleFacts());
    expect(results).toHaveLength(11);
    for (const { violationsTotal, checked } of results) {
      expect(violationsTotal).toBe(0);
      expect(checked).toBeGreaterThan(0);
    }
  });

  it('every violation is counted, and the first 50 are shown', () => {
    const items = Array.from({ length: 40 }, (_, index) => index);
    const result = judgeEach('some', items, (item) => [`a ${item}`, `b ${item}`]);
    expect(result).toMatchObject({ name: 'some', checked: 40, violationsTotal: 80 });
    expect(result.violations).toHaveLength(50);
  });

  it('records without a run get no verdict', async () => {
    await expect(gatherFacts([])).rejects.toThrow('no run');
  });
});
