import * as echarts from 'echarts';
import type { ReportDocument } from './document';

const WIDTH = 960;
const COLORS = { flashReserve: '#2563eb', baseline: '#94a3b8', text: '#1f2937', line: '#e5e7eb' };
const BACKGROUND = '#ffffff';
const FONT = 'system-ui, -apple-system, Segoe UI, Roboto, sans-serif';
const ROW_HEIGHT = 52;
const HEAD_HEIGHT = 110;
const FOOT_HEIGHT = 40;

const PANELS = [
  { figure: 'perSecond', title: 'Per second (more is better)', left: 250, width: 300, digits: 0 },
  { figure: 'p99Ms', title: 'p99 in ms (less is better)', left: 620, width: 270, digits: 0 },
] as const;

/** The figures of the chart, in order. */
const LABELS: Readonly<Record<string, string>> = {
  'hot-64': 'One hot product,\n64 connections',
  'hot-256': 'One hot product,\n256 connections',
  'sold-out': 'Sold-out storm,\n64 connections',
  products: '1,000 products,\n64 connections',
  confirm: 'Confirm,\n64 connections',
  checkout: 'Checkout,\n64 connections',
  list: 'List 20 of 100,000\nproducts',
};

const format = (value: number, digits: number): string =>
  value.toLocaleString('en', { maximumFractionDigits: digits });

const TITLE = 'Reservations per second and p99 latency of FlashReserve and of a monolith';

/** Bars that compare both systems under the same load; undefined if there are no such results. */
export const drawChart = ({
  results,
  machine,
  date,
  commit,
  stores,
}: ReportDocument): string | undefined => {
  const shown = Object.keys(LABELS).flatMap((name) =>
    results.comparisons.filter((comparison) => comparison.name === name),
  );
  if (shown.length === 0) return undefined;
  const height = HEAD_HEIGHT + shown.length * ROW_HEIGHT + FOOT_HEIGHT;
  const valuesOf = (label: string, figure: string): number[] =>
    shown.map(({ systems }) => systems.find((one) => one.label === label)?.medians[figure] ?? 0);
  const text = { color: COLORS.text, fontFamily: FONT };
  const chart = echarts.init(null, null, { renderer: 'svg', ssr: true, width: WIDTH, height });
  chart.setOption({
    animation: false,
    backgroundColor: BACKGROUND,
    textStyle: text,
    title: {
      text: 'FlashReserve and a monolith on the same machine and stores',
      subtext: `${machine.cpu}, ${machine.cores} cores, ${stores.mongo}; ${date.slice(0, 10)}, commit ${commit}`,
      left: 20,
      top: 14,
      textStyle: { ...text, fontSize: 17 },
      subtextStyle: { ...text, fontSize: 11, opacity: 0.8 },
    },
    legend: { right: 20, top: 14, textStyle: text, data: ['FlashReserve', 'baseline'] },
    grid: PANELS.map(({ left, width }) => ({
      left,
      width,
      top: HEAD_HEIGHT,
      height: shown.length * ROW_HEIGHT,
    })),
    xAxis: PANELS.map(({ title }, gridIndex) => ({
      type: 'value' as const,
      gridIndex,
      position: 'top' as const,
      name: title,
      nameLocation: 'middle' as const,
      nameGap: 26,
      nameTextStyle: { ...text, fontWeight: 'bold' as const },
      axisLabel: { ...text, fontSize: 10 },
      splitNumber: 3,
      splitLine: { lineStyle: { color: COLORS.line } },
    })),
    yAxis: PANELS.map((_panel, gridIndex) => ({
      type: 'category' as const,
      gridIndex,
      inverse: true,
      data: shown.map(({ name }) => LABELS[name] ?? name),
      axisTick: { show: false },
      axisLabel: { ...text, show: gridIndex === 0, fontSize: 12, lineHeight: 15 },
    })),
    series: PANELS.flatMap(({ figure, digits }, index) =>
      (
        [
          ['FlashReserve', COLORS.flashReserve],
          ['baseline', COLORS.baseline],
        ] as const
      ).map(([label, color]) => ({
        name: label,
        type: 'bar' as const,
        xAxisIndex: index,
        yAxisIndex: index,
        barWidth: 16,
        barGap: '10%',
        itemStyle: { color },
        data: valuesOf(label, figure),
        label: {
          ...text,
          show: true,
          position: 'right' as const,
          fontSize: 11,
          formatter: ({ value }: { readonly value: unknown }) => format(Number(value), digits),
        },
      })),
    ),
  });
  const svg = chart.renderToSVGString();
  chart.dispose();
  // For screen readers; the tables beside it have the numbers.
  return `${svg.replace('>', `><title>${TITLE}</title>`)}\n`;
};
