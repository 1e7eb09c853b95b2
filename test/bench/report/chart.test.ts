import { drawChart } from './chart';
import type { ReportDocument } from './document';

const document = (names: readonly string[]): ReportDocument => ({
  date: '2026-11-23T00:00:00.000Z',
  commit: '0123456789ab',
  machine: { cpu: 'Some CPU', cores: 2, memoryGb: 8, kernel: '6.1', node: 'v20.19.0' },
  stores: { mongo: 'a MongoDB', redis: 'a Redis' },
  options: { rounds: 1, seconds: 1, only: [] },
  environment: {},
  verdicts: [],
  results: {
    comparisons: names.map((name) => ({
      name,
      title: name,
      unit: 'reservations',
      systems: [
        { label: 'baseline', medians: { perSecond: 300, p99Ms: 400 }, rounds: [] },
        { label: 'FlashReserve', medians: { perSecond: 2_400, p99Ms: 50 }, rounds: [] },
      ],
    })),
    memory: [],
    audits: [],
    logLines: [],
    failures: [],
  },
});

describe('the chart', () => {
  it('the chart is an SVG with a background, the numbers and their source', () => {
    const svg = drawChart(document(['hot-64', 'sold-out']));
    expect(svg).toMatch(/^<svg /);
    for (const text of ['fill="#ffffff"', '2,400', 'Some CPU', '0123456789ab']) {
      expect(svg).toContain(text);
    }
  });

  it('no chart is drawn if nothing was compared', () => {
    expect(drawChart(document(['expiry-storm']))).toBeUndefined();
  });
});
