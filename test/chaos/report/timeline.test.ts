import { callOf } from '../check/sample-run';
import type { HistoryRecord } from '../history/history';
import { collectTimeline } from './collect-timeline';
import { drawTimeline } from './timeline';

const run: HistoryRecord = {
  kind: 'run',
  seed: 7,
  minutes: 1,
  at: 500,
  ttlSeconds: 5,
  sweepSeconds: 2,
  commit: 'abc1234',
  scale: {},
};
const records: readonly HistoryRecord[] = [
  run,
  callOf({ n: 1, action: 'reserve', sentAt: 5_000, answeredAt: 5_020 }),
  callOf({ n: 2, action: 'reserve', sentAt: 5_100, answeredAt: 5_140, status: 409 }),
  callOf({ n: 3, action: 'reserve', sentAt: 5_200, answeredAt: 8_000, status: 0 }),
  callOf({ n: 4, action: 'get', sentAt: 5_300, answeredAt: 6_300, status: 503 }),
  callOf({ n: 5, action: 'get', sentAt: 5_400 }),
  callOf({ n: 6, action: 'reserve', sentAt: 7_000, answeredAt: 7_100 }),
  callOf({ n: 7, action: 'get', sentAt: 7_900 }),
  { kind: 'fault', fault: 'pause', target: 'gateway', from: 7_800, until: 7_900 },
  { kind: 'fault', fault: 'kill', target: 'catalog-2', from: 5_150, until: 5_900 },
];

describe('the timeline of a run', () => {
  it('each second of the timeline shows the requests sent in it', async () => {
    const { seconds, startsAt, faults, recoveries } = await collectTimeline(records);
    expect(startsAt).toBe(5_000);
    expect(seconds).toEqual([
      { accepted: 2, refused: 1, failed: 2, reserveP99Ms: 40 },
      { accepted: 0, refused: 0, failed: 0, reserveP99Ms: undefined },
      { accepted: 2, refused: 0, failed: 0, reserveP99Ms: 100 },
    ]);
    expect(faults.map(({ fault }) => fault)).toEqual(['kill', 'pause']);
    expect(recoveries[0]).toMatchObject({ fault: 'kill', recoveredAt: 6_600 });
  });

  it('the timeline is an SVG with a background, the faults and its source', async () => {
    const svg = drawTimeline(await collectTimeline(records));
    expect(svg).toMatch(/^<svg /);
    for (const text of [
      'fill="#ffffff"',
      'seed 7: 2 faults',
      'abc1234',
      '>kill<',
      '>catalog<',
      '>pause<',
      '>gateway<',
      'reserve p99',
      'recovered',
    ]) {
      expect(svg).toContain(text);
    }
  });

  it('the timeline of a run without calls and faults can be drawn', async () => {
    expect(drawTimeline(await collectTimeline([run]))).toMatch(/^<svg /);
  });
});
