import type { SeriesOption } from 'echarts';
import { componentOf } from '../check/count-calls';
import type { Timeline } from './collect-timeline';
import {
  AREAS,
  BACKGROUND,
  BAR_WIDTH_MIN,
  FAULT_COLORS,
  LANE_HEIGHT,
  P99_COLOR,
  RECOVERY_COLOR,
  TEXT,
} from './timeline-style';

const secondsSince = (startsAt: number, time: number): number => (time - startsAt) / 1_000;

/** The load: stacked areas of responses, and the latency of reserve calls. */
export const loadSeries = ({ seconds }: Timeline): SeriesOption[] => [
  ...AREAS.map(
    ({ name, figure, color }): SeriesOption => ({
      name,
      type: 'line',
      stack: 'answers',
      step: 'end',
      symbol: 'none',
      itemStyle: { color },
      lineStyle: { width: 0 },
      areaStyle: { color, opacity: 1 },
      data: seconds.map((second, index) => [index, second[figure]]),
    }),
  ),
  {
    name: 'reserve p99',
    type: 'line',
    yAxisIndex: 1,
    symbol: 'none',
    itemStyle: { color: P99_COLOR },
    lineStyle: { width: 1.5, color: P99_COLOR },
    data: seconds.map(({ reserveP99Ms }, index) => [index + 0.5, reserveP99Ms ?? null]),
  },
];

/** A bar for each fault in the lane of its kind, and a mark where the service had recovered. */
export const faultSeries = (timeline: Timeline, kinds: readonly string[]): SeriesOption[] => {
  const { faults, recoveries, startsAt } = timeline;
  const bars = faults.map(({ fault, target, from, until }) => ({
    value: [secondsSince(startsAt, from), kinds.indexOf(fault), secondsSince(startsAt, until)],
    label: componentOf(target),
  }));
  return [
    {
      type: 'custom',
      xAxisIndex: 1,
      yAxisIndex: 2,
      encode: { x: [0, 2], y: 1 },
      data: bars,
      renderItem: (params, api) => {
        const lane = Number(api.value(1));
        const [x = 0, y = 0] = api.coord([api.value(0), lane]);
        const [end = x] = api.coord([api.value(2), lane]);
        const color = FAULT_COLORS[lane % FAULT_COLORS.length] ?? TEXT.color;
        const height = LANE_HEIGHT - 8;
        const label = bars[params.dataIndex]?.label ?? '';
        return {
          type: 'group',
          children: [
            {
              type: 'rect',
              shape: { x, y: y - height / 2, width: Math.max(BAR_WIDTH_MIN, end - x), height },
              style: { fill: color, opacity: 0.55 },
            },
            {
              type: 'text',
              style: { text: label, x: x + 4, y: y - 5, fill: TEXT.color, font: '10px sans-serif' },
            },
          ],
        };
      },
    },
    {
      name: 'recovered',
      type: 'scatter',
      xAxisIndex: 1,
      yAxisIndex: 2,
      symbol: 'diamond',
      symbolSize: 9,
      // Below the label of a bar.
      symbolOffset: [0, LANE_HEIGHT / 2 - 5],
      itemStyle: { color: RECOVERY_COLOR, borderColor: BACKGROUND, borderWidth: 1 },
      z: 5,
      data: recoveries.flatMap(({ fault, recoveredAt }) =>
        recoveredAt === undefined
          ? []
          : [[secondsSince(startsAt, recoveredAt), kinds.indexOf(fault)]],
      ),
    },
  ];
};
