// Two charts of the last two minutes, drawn by uPlot in the page's colours.
import uPlot from './vendor/uplot.js';

/** Seconds that a chart shows. */
export const SPAN = 120;
const HEIGHT = 140;
const FONT = '11px Inter, system-ui, sans-serif';

/** @param {string} name of a CSS variable */
const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

/** Seconds before now, as people say it. @param {number} seconds */
const ago = (seconds) => (seconds === 0 ? 'now' : `−${-seconds / 60} min`);

const xAxis = {
  stroke: () => colour('--soft'),
  font: FONT,
  size: 24,
  gap: 4,
  splits: () => [-120, -60, 0],
  /** @param {uPlot} _plot @param {number[]} splits */
  values: (_plot, splits) => splits.map(ago),
  grid: { show: false },
  ticks: { show: false },
};

/** @param {(value: number) => string} format */
const yAxis = (format) => ({
  stroke: () => colour('--soft'),
  font: FONT,
  size: 46,
  gap: 6,
  space: 34,
  /** @param {uPlot} _plot @param {number[]} splits */
  values: (_plot, splits) => splits.map(format),
  grid: { stroke: () => colour('--line'), width: 1 },
  ticks: { show: false },
});

/**
 * @param {HTMLElement} place
 * @param {{
 *   readonly series: uPlot.Series[],
 *   readonly format: (value: number) => string,
 *   readonly least: number,
 * }} look `least` is the smallest top of the scale, so that nothing looks like much
 */
const createChart = (place, { series, format, least }) => {
  const plot = new uPlot(
    {
      width: Math.max(place.clientWidth, 100),
      height: HEIGHT,
      padding: [8, 18, 0, 0],
      legend: { show: false },
      cursor: { show: false },
      scales: {
        x: { time: false, range: [-SPAN, 0] },
        y: { range: (_plot, _min, max) => [0, Math.max(least, (max ?? 0) * 1.1)] },
      },
      axes: [xAxis, yAxis(format)],
      series: [{}, ...series],
    },
    [[], ...series.map(() => [])],
    place,
  );
  new ResizeObserver(() => {
    plot.setSize({ width: Math.max(place.clientWidth, 100), height: HEIGHT });
  }).observe(place);
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => {
    plot.redraw();
  });
  return plot;
};

/**
 * Accepted and refused, one bar for each second, refused on top.
 * @param {HTMLElement} place
 */
export const createRateChart = (place) => {
  const paths = uPlot.paths.bars?.({ size: [0.72, 12] });
  const bar = { ...(paths !== undefined && { paths }), width: 0, points: { show: false } };
  const plot = createChart(place, {
    series: [
      { ...bar, fill: () => colour('--refused') },
      { ...bar, fill: () => colour('--available') },
    ],
    format: (value) => (Number.isInteger(value) ? value.toLocaleString('en') : ''),
    least: 4,
  });
  return {
    /** @param {readonly number[]} x @param {readonly number[]} accepted @param {readonly number[]} refused */
    show: (x, accepted, refused) => {
      const both = accepted.map((count, index) => count + (refused[index] ?? 0));
      plot.setData([[...x], both, [...accepted]]);
    },
  };
};

/**
 * p50 and p99 of each second; seconds without requests are gaps.
 * @param {HTMLElement} place
 */
export const createLatencyChart = (place) => {
  /** @param {string} name @returns {uPlot.Series} */
  const line = (name) => ({
    stroke: () => colour(name),
    fill: () => colour(`${name}-area`),
    width: 2,
    points: { show: (_plot, _index, from, to) => to - from < SPAN / 2, size: 4 },
  });
  const plot = createChart(place, {
    series: [line('--p99'), line('--p50')],
    format: (value) => (value >= 1_000 ? `${value / 1_000} s` : `${value} ms`),
    least: 10,
  });
  return {
    /** @param {readonly number[]} x @param {readonly (number | null)[]} p50 @param {readonly (number | null)[]} p99 */
    show: (x, p50, p99) => {
      plot.setData([[...x], [...p99], [...p50]]);
    },
  };
};
