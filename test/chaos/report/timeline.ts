import * as echarts from 'echarts';
import type { Timeline } from './collect-timeline';
import { faultSeries, loadSeries } from './timeline-series';
import {
  AREAS,
  BACKGROUND,
  FOOT_HEIGHT,
  GAP_HEIGHT,
  GRID_LINE,
  HEAD_HEIGHT,
  LANE_HEIGHT,
  LEFT,
  LOAD_HEIGHT,
  RIGHT,
  TEXT,
  WIDTH,
} from './timeline-style';

const axes = (timeline: Timeline, kinds: readonly string[]): echarts.EChartsOption => {
  const label = { ...TEXT, fontSize: 11 };
  const seconds = {
    type: 'value' as const,
    min: 0,
    max: timeline.seconds.length,
    axisLabel: label,
    splitLine: { show: true, lineStyle: { color: GRID_LINE } },
  };
  const amount = { type: 'value' as const, nameTextStyle: label, axisLabel: label, splitNumber: 4 };
  return {
    grid: [
      { left: LEFT, right: RIGHT, top: HEAD_HEIGHT, height: LOAD_HEIGHT },
      {
        left: LEFT,
        right: RIGHT,
        top: HEAD_HEIGHT + LOAD_HEIGHT + GAP_HEIGHT,
        height: Math.max(1, kinds.length) * LANE_HEIGHT,
      },
    ],
    xAxis: [
      { ...seconds, gridIndex: 0 },
      {
        ...seconds,
        gridIndex: 1,
        name: 'seconds',
        nameLocation: 'middle',
        nameGap: 26,
        nameTextStyle: label,
      },
    ],
    yAxis: [
      {
        ...amount,
        gridIndex: 0,
        name: 'answers per second',
        splitLine: { lineStyle: { color: GRID_LINE } },
      },
      { ...amount, gridIndex: 0, name: 'p99 ms', splitLine: { show: false } },
      {
        type: 'category',
        gridIndex: 1,
        inverse: true,
        data: [...kinds],
        axisTick: { show: false },
        axisLabel: label,
        splitArea: { show: true, areaStyle: { color: ['#f8fafc', BACKGROUND] } },
      },
    ],
  };
};

/** An SVG of one run: responses per second, faults, and recoveries. */
export const drawTimeline = (timeline: Timeline): string => {
  const { run, faults } = timeline;
  const kinds = [...new Set(faults.map(({ fault }) => fault))].sort();
  const height =
    HEAD_HEIGHT + LOAD_HEIGHT + GAP_HEIGHT + Math.max(1, kinds.length) * LANE_HEIGHT + FOOT_HEIGHT;
  const title = `Chaos run of seed ${run.seed}: ${faults.length} faults in ${run.minutes} min`;
  const chart = echarts.init(null, null, { renderer: 'svg', ssr: true, width: WIDTH, height });
  chart.setOption({
    animation: false,
    backgroundColor: BACKGROUND,
    textStyle: TEXT,
    title: {
      text: title,
      subtext: `commit ${run.commit}, ${new Date(run.at).toISOString().slice(0, 10)}`,
      left: 20,
      top: 14,
      textStyle: { ...TEXT, fontSize: 17 },
      subtextStyle: { ...TEXT, fontSize: 11 },
    },
    legend: {
      right: 20,
      top: 16,
      // The renderer has no fonts, and underestimates widths.
      itemGap: 26,
      textStyle: TEXT,
      data: [...AREAS.map(({ name }) => name), 'reserve p99', 'recovered'],
    },
    ...axes(timeline, kinds),
    series: [...loadSeries(timeline), ...faultSeries(timeline, kinds)],
  });
  const svg = chart.renderToSVGString();
  chart.dispose();
  // For screen readers; the tables beside it have the numbers.
  return `${svg.replace('>', `><title>${title}</title>`)}\n`;
};
